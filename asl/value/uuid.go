package value

import (
	"encoding/binary"
	"encoding/hex"
)

// UUID spells 16 bytes as a UUID of that version. The bits that say the version and
// the variant replace those of b.
func UUID(version byte, b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|version<<4, b[8]&0x3f|0x80
	text := [36]byte{8: '-', 13: '-', 18: '-', 23: '-'}
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	return string(text[:])
}

// RandomUUID is a UUID of version 4, made of two random numbers.
func RandomUUID(random func() uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], random())
	binary.BigEndian.PutUint64(b[8:], random())
	return UUID(4, b)
}
