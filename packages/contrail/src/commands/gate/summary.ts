import { formatCommand, formatPath, nameOf, type Surroundings } from '../../terminal/places.ts'
import { code } from '../facts/markdown.ts'
import { describeAction } from '../facts/words.ts'
import { describeBroken, type GatedRun, type GateReport } from './report.ts'

/** Of a root with thousands of recordings only so many are told, those that do not pass first. */
const rowLimit = 200
/** Longest text in characters. */
const textLimit = 300

/** Tell a report as Markdown: a table of recordings, then their first failures with what to type to see them. */
export function toMarkdown({ passed, broken, recordings }: GateReport, surroundings: Surroundings): string {
  const good = recordings.filter((run) => run.passed).length
  const ordered = recordings.toSorted((a, b) => Number(a.passed) - Number(b.passed))
  const rows = ordered.slice(0, rowLimit)
  const link = linkToJob(surroundings)
  return [
    `### ${passed ? '✅' : '❌'} ${good} of ${recordings.length} recordings passed`,
    ...broken.map((rule) => `\n${code(describeBroken(rule), textLimit)}`),
    '',
    '| recording | status | steps | broken rules |',
    '| --- | --- | ---: | --- |',
    ...rows.map(toRow),
    ...(rows.length < recordings.length ? ['', `and ${recordings.length - rows.length} more`] : []),
    ...rows.filter(({ passed: isGood }) => !isGood).flatMap((run) => tellFailure(run, link, surroundings)),
  ].join('\n')
}

function toRow({ directory, passed, status = '', steps, broken, error }: GatedRun): string {
  const told = error ? [error.message] : broken.map(describeBroken)
  const cells = [
    `${passed ? '✅' : '❌'} ${code(nameOf(directory), 120)}`,
    error ? 'unreadable' : code(status),
    steps === undefined ? '' : String(steps),
    told.map((one) => code(one, textLimit)).join('<br>'),
  ]
  return `| ${cells.join(' | ')} |`
}

function tellFailure(run: GatedRun, link: string | undefined, surroundings: Surroundings): string[] {
  const { firstFailure, directory } = run
  if (!firstFailure) return []
  const number = firstFailure.step + 1
  const place = link === undefined ? `step ${number}` : `[step ${number}](${link})`
  const what = [describeAction(firstFailure), firstFailure.error ?? ''].filter(Boolean).join(': ')
  const command = formatCommand(`show ${formatPath(directory, surroundings.cwd)} --step ${number}`, surroundings)
  // A code span ends at a backtick alone; a name with one has no command to copy.
  const hint = command.includes('`') ? '' : ` \`${command}\``
  return ['', `**${code(nameOf(directory), 120)}** ${place} ${code(what, textLimit)}${hint}`]
}

/** The page of the job, where its artifacts are: the recordings lie among them or nowhere. */
function linkToJob({ env }: Surroundings): string | undefined {
  const [server, repository, id] = ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'].map((name) => env[name])
  if (!server || !repository || !id || !/^https?:\/\/[\w.:/-]+$/.test(server)) return undefined
  return `${server}/${encodeURI(repository)}/actions/runs/${encodeURIComponent(id)}#artifacts`
}
