/**
 * Arbitraries of texts. Those of fast-check of the same kind first put every character there is into a map, a second of a processor in
 * each process.
 */
import fc from 'fast-check'

/** Any character, halves of surrogate pairs too; a unit for `fc.string`. */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff })
  .map((code) => String.fromCodePoint(code))

const pathCharacter = fc.constantFrom('%20', '%C3%A9', ...Array.from("aB3-._~!$&'()*+,;"))

/** An address of the web without a user or a query, e.g. `https://a.test/b;c/%20`. */
export const webAddress: fc.Arbitrary<string> = fc
  .tuple(fc.domain(), fc.array(fc.string({ unit: pathCharacter, maxLength: 10 })))
  .map(([domain, path]) => `https://${[domain, ...path].join('/')}`)
