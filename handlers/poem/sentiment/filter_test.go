package sentiment

import "testing"

func TestTidyMakesOneCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"  Night\tfell\u00a0on\n Mirel. ":              "Night fell on Mirel.",
		"Night\u202e fell\u2066.\u200b":                "Night fell.",
		"Night\x00 fell\xff.":                          "Night fell.",
		"“Night fell.":                                 "Night fell.",
		"Night fell.”":                                 "Night fell.",
		"“Night fell,” he said, “and nobody came.":     "“Night fell,” he said, “and nobody came.",
		"“Night fell,” he said.":                       "“Night fell,” he said.",
		`"Night fell.`:                                 "Night fell.",
		"می\u200cخواهم.":                               "می\u200cخواهم.",
		"TEPLEN (Oruvia Wire) - The town lies silent.": "The town lies silent.",
		"Teplen (a town) - silent.":                    "Teplen (a town) - silent.",
		"soft\u00adhyphen":                             "softhyphen",
	} {
		if got := tidy(in); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestProseAndWhatIsNot(t *testing.T) {
	cfg := DefaultConfig()
	for _, c := range []struct {
		text string
		want bool
	}{
		{"The town buried its eleven dead on Sunday.", true},
		{"“We have nothing left but the well,” said Ilse Marn.", true},
		{"¿Quién apagará ahora el fuego de la montaña?", true},
		{"孩子们在学校的地下室里等了三天三夜，没有水也没有灯光，谁也没有来过。", true},
		{"42 houses burned in a single night of wind.", true},
		{"Too short.", false},
		{"The town buried its eleven dead on Sunday", false},
		{"and the town buried its eleven dead on Sunday.", false},
		{"Unquestionably incomprehensible misunderstandings.", false},
		{"10.5 12.7 19 (3) 44 55 66 and 77 88 99 100.", false},
		{"The full report stands at https://marrow.example/report today.", false},
		{"Write to desk@marrow.example with your own story.", false},
		{"Follow us on the channel for more stories of the day.", false},
		{"We use cookies to give you a better experience.", false},
		{"Sign up for our morning briefing and never miss a story.", false},
		{"All rights reserved by the publisher of the Marrow Post.", false},
		{"Jetzt den Rundbrief abonnieren und nichts mehr verpassen.", false},
	} {
		if got := cfg.isProse(c.text); got != c.want {
			t.Errorf("isProse(%q) = %v", c.text, got)
		}
	}
}
