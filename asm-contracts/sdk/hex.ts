/** How many hexadecimal digits follow `0x`; -1 when the text does not begin so. */
export function hexDigits(text: string): i32 {
  return text.length > 2 && text.charCodeAt(0) == 48 && text.charCodeAt(1) == 120 ? text.length - 2 : -1
}

/** Writes a number, given as `0x` and at most 2 * `size` digits, as `size` big-endian bytes. Memory there is zero. */
export function parseHex(text: string, to: usize, size: i32): void {
  const digits = hexDigits(text)
  assert(digits >= 0 && digits <= 2 * size, 'hex: wrong number of digits')
  for (let i = 0; i < digits; i++) {
    const at = to + size - 1 - (i >> 1)
    store<u8>(at, load<u8>(at) | (digit(text.charCodeAt(text.length - 1 - i)) << ((i & 1) << 2)))
  }
}

function digit(code: i32): i32 {
  if (<u32>(code - 48) < 10) return code - 48
  const letter = (code | 32) - 97
  assert(<u32>letter < 6, 'hex: not a digit')
  return letter + 10
}

/** `0x` and two digits for each byte. */
export function hexOf(from: usize, size: usize): string {
  let text = '0x'
  for (let i: usize = 0; i < size << 1; i++) {
    const digit = (load<u8>(from + (i >>> 1)) >>> (i & 1 ? 0 : 4)) & 15
    text += String.fromCharCode(digit + (digit < 10 ? 48 : 87))
  }
  return text
}
