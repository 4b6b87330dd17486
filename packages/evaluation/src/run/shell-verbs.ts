import { familyOf, stemsOf } from './verbs.ts'

/** Programs whose name is the deed, by the families of {@link familyOf}. */
const programs: Readonly<Record<string, string>> = {
  rm: 'delete',
  rmdir: 'delete',
  unlink: 'delete',
  shred: 'delete',
  del: 'delete',
  mail: 'send',
  mailx: 'send',
  sendmail: 'send',
  wget: 'download',
  scp: 'upload',
  rsync: 'upload',
}
/** Programs that are told what to do by their first words: `git push`, `gh pr merge`, `kubectl delete pod x`. */
const told = new Set(
  'git gh glab hg svn npm pnpm yarn bun npx docker podman kubectl helm terraform aws gcloud az heroku vercel netlify fly firebase cargo pip pip3 uv poetry twine gem apt apt-get brew dnf make just rails systemctl'.split(
    ' ',
  ),
)
/** Words of such programs that a person would say otherwise; null for those that only sound like a deed of ours. */
const subcommands: Readonly<Record<string, string | null>> = {
  rm: 'delete',
  uninstall: 'delete',
  destroy: 'delete',
  purge: 'delete',
  upload: 'upload',
  checkout: null,
  create: 'create',
  i: 'install',
  release: 'post',
}
/** Of git only the first word is one: `git branch delete` names a branch. */
const mostWords: Readonly<Record<string, number>> = { git: 1, hg: 1, svn: 1, make: 1 }

/**
 * Tell the verbs for what a command of a shell does: of each program in it the deed that it is, or is told to do. What stands in quotes, behind `echo` or
 * in an argument does nothing.
 */
export function shellVerbs(command: string): string[] {
  const bare = command
    .slice(0, 10_000)
    .replaceAll(/\\\n/g, ' ')
    .replaceAll(/'[^'\n]*'|"(?:[^"\\\n]|\\.)*"/g, ' “” ')
    .replaceAll(/(?:^|\s)#[^\n]*/g, ' ')
  return bare.split(/&&|\|\||[;|&\n(){}`]|\$\(/).flatMap(verbsOfProgram)
}

/** Words that run the program behind them. */
const openers = /^(?:sudo|time|nohup|exec|env|command|xargs|then|do|else|\w+=\S*)$/

function verbsOfProgram(part: string): string[] {
  let words = part.trim().split(/\s+/)
  while (words.length > 1 && openers.test(words[0]!)) words = words.slice(1)
  const program = (words[0] ?? '').replace(/^.*[/\\]/, '')
  const own = Object.hasOwn(programs, program) ? programs[program] : undefined
  if (own !== undefined) return [own]
  if (program === 'curl') return verbsOfRequest(words)
  if (!told.has(program)) return []
  for (const word of toldWords(words.slice(1)).slice(0, mostWords[program] ?? 3)) {
    const [name = ''] = word.split(':')
    const known = Object.hasOwn(subcommands, name) ? subcommands[name] : familyOf(stemsOf(name))
    if (typeof known === 'string') return [known]
  }
  return []
}

/** The first words that are no options and no values of those that git takes before its own. */
function toldWords(words: readonly string[]): string[] {
  return words.filter((word, at) => !word.startsWith('-') && !/^-[cC]$/.test(words[at - 1] ?? ''))
}

function verbsOfRequest(words: readonly string[]): string[] {
  if (/ (?:-X ?|--request[ =])DELETE\b/i.test(words.join(' '))) return ['delete']
  return words.some((word) => word === '-O' || word === '-o') ? ['download'] : []
}
