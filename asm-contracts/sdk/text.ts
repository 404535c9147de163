// Text between AssemblyScript's strings (UTF-16) and the UTF-8 of call data and storage. The standard library's versions
// can fail, and so bring in a kilobyte of error messages; these map a lone surrogate to its three bytes and back.

/** The code point at `at`: two units when they are a surrogate pair, else one. */
function codePoint(text: string, at: i32): u32 {
  const high = <u32>text.charCodeAt(at)
  if ((high & 0xfc00) != 0xd800 || at + 1 >= text.length) return high
  const low = <u32>text.charCodeAt(at + 1)
  return (low & 0xfc00) == 0xdc00 ? 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff) : high
}

/** How many bytes the text takes in UTF-8. */
export function utf8Size(text: string): usize {
  let size: usize = 0
  for (let i = 0; i < text.length; i++) {
    const point = codePoint(text, i)
    size += 1 + usize(point > 0x7f) + usize(point > 0x7ff) + usize(point > 0xffff)
    i += i32(point > 0xffff)
  }
  return size
}

/** Writes the text as UTF-8. */
export function utf8Write(text: string, to: usize): void {
  for (let i = 0; i < text.length; i++) {
    const point = codePoint(text, i)
    i += i32(point > 0xffff)
    let shift: u32 = point > 0xffff ? 18 : point > 0x7ff ? 12 : point > 0x7f ? 6 : 0
    // The first byte begins with as many ones as there are bytes, or with a zero when it is the only one.
    store<u8>(to++, shift ? ((0xff00 >>> (shift / 6 + 1)) & 0xff) | (point >>> shift) : point)
    while (shift) {
      shift -= 6
      store<u8>(to++, 0x80 | ((point >>> shift) & 0x3f))
    }
  }
}

/** The text that valid UTF-8 spells. */
export function utf8Read(from: usize, size: usize): string {
  const end = from + size
  // At most one unit per byte; the string is cut to its length afterwards.
  const text = __new(size << 1, idof<string>())
  let to = text
  while (from < end) {
    const first = <u32>load<u8>(from++)
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    let point = more ? first & (0x3f >>> more) : first
    for (let i = 0; i < more && from < end; i++) point = (point << 6) | (load<u8>(from++) & 0x3f)
    if (point > 0xffff) {
      store<u16>(to, 0xd800 | ((point - 0x10000) >>> 10))
      to += 2
      point = 0xdc00 | (point & 0x3ff)
    }
    store<u16>(to, point)
    to += 2
  }
  store<u32>(text - 4, <u32>(to - text))
  return changetype<string>(text)
}

/** Decimal digits. */
export function decimal(value: u64): string {
  let text = ''
  do {
    text = String.fromCharCode(48 + <i32>(value % 10)) + text
    value /= 10
  } while (value)
  return text
}
