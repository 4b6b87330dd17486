import { readRecording } from '../recordings-at.ts'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'

/**
 * Tell each claim of a recording's answer with what shows it: 0 when all are shown, else 1.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function groundAnswer(input: { directory: string; paint: Paint } & Surroundings): Promise<CommandResult> {
  const { paint } = input
  const { trajectory } = await readRecording(input)
  const { groundClaims } = await import('@contrail/evaluation')
  const report = groundClaims(trajectory)
  const lines = report.claims.map(({ text, kind, grounded, evidence: [first] }) => {
    const mark = grounded ? paint('good', 'shown    ') : paint('bad', 'not shown')
    const proof = first ? `  ${first.id}  ${paint('faint', toPrintable(first.excerpt, 120))}` : ''
    return `${mark}  ${kind.padEnd(6)}  ${toPrintable(text, 80)}${proof}`
  })
  return {
    exitCode: report.claims.every(({ grounded }) => grounded) ? 0 : 1,
    text: lines.length === 0 ? 'the answer claims nothing that can be looked up' : lines.join('\n'),
    json: report,
  }
}
