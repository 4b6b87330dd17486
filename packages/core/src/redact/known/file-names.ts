/**
 * The texts that a text may become in the name of a file that a browser saves: signs that no file may have are `_` there, and
 * dots and the like are lost where the name begins with them. Without those that have nothing of the text.
 */
export function fileNamesOf(text: string): string[] {
  const name = text.replaceAll(/["*/:<>?\\|\p{Cc}\p{Cf}]/gu, '_')
  return [name, name.replace(/^[\s.~]+/, '')].filter((one) => /[^_]/.test(one))
}
