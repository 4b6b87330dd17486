import { toText, type PartReport } from './report.ts'

/** The place of a part's figures in a page of Markdown. */
function placeOf(part: string): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- figures of ${part} -->`, end: `<!-- end of ${part} -->` }
}

/**
 * Put figures into a page of Markdown, each part's in a place of its own: in that of its last figures, else at the end. Those of other
 * parts stay, and so do those of a part that could not run.
 *
 * @param origin what was measured, and on what, in a sentence
 */
export function withFigures(page: string, reports: readonly PartReport[], origin: string): string {
  return reports.reduce((text, report) => {
    if (report.figures.length === 0) return text
    const { begin, end } = placeOf(report.part)
    const written = `${begin}\n\n${origin}\n\n\`\`\`text\n${toText([report])}\n\`\`\`\n\n${end}`
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) return `${text.trimEnd()}\n\n${written}\n`
    return text.slice(0, from) + written + text.slice(to + end.length)
  }, page)
}
