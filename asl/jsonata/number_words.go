package jsonata

import (
	"math"
	"strconv"
	"strings"
)

var (
	cardinals = strings.Fields(`Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen
		Sixteen Seventeen Eighteen Nineteen`)
	ordinals = strings.Fields(`Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth
		Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth`)
	decades    = strings.Fields("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety Hundred")
	magnitudes = strings.Fields("Thousand Million Billion Trillion")
)

// wordValues are the values of the words for numbers, and wordList all these words in order.
var wordValues, wordList = func() (map[string]float64, []string) {
	values, list := map[string]float64{}, []string{}
	add := func(word string, v float64) {
		word = strings.ToLower(word)
		values[word] = v
		list = append(list, word)
	}
	for _, small := range [][]string{cardinals, ordinals} {
		for i, word := range small {
			add(word, float64(i))
		}
	}
	for i, word := range decades {
		add(word, float64(i+2)*10)
		add(word[:len(word)-1]+"ieth", float64(i+2)*10)
	}
	add("hundredth", 100)
	for i, word := range magnitudes {
		add(word, math.Pow10(3*(i+1)))
		add(word+"th", math.Pow10(3*(i+1)))
	}
	return values, list
}()

// words is a number in English.
func words(f float64, ordinal bool) string { return wordsAfter(f, "", "", ordinal) }

// wordsAfter is a number in words that come after others: small goes before
// numbers below a hundred, and large before others.
func wordsAfter(f float64, small, large string, ordinal bool) string {
	switch {
	case f <= 19 && ordinal:
		return small + ordinals[int(f)]
	case f <= 19:
		return small + cardinals[int(f)]
	case f < 100:
		s := small + decades[int(f/10)-2]
		rest := math.Mod(f, 10)
		switch {
		case rest > 0:
			return s + "-" + wordsAfter(rest, "", "", ordinal)
		case ordinal:
			return s[:len(s)-1] + "ieth"
		}
		return s
	case f < 1000:
		return withRest(large+cardinals[int(f/100)]+" Hundred", math.Mod(f, 100), ordinal)
	}
	magnitude := min(thousands(f), len(magnitudes))
	factor := math.Pow10(3 * magnitude)
	mantissa := math.Floor(f / factor)
	return withRest(large+wordsAfter(mantissa, "", "", false)+" "+magnitudes[magnitude-1], f-mantissa*factor, ordinal)
}

func withRest(s string, rest float64, ordinal bool) string {
	switch {
	case rest > 0:
		return s + wordsAfter(rest, " and ", ", ", ordinal)
	case ordinal:
		return s + "th"
	}
	return s
}

// thousands is how often a number can be divided by a thousand.
func thousands(f float64) int {
	_, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e+")
	n, _ := strconv.Atoi(exponent)
	return n / 3
}
