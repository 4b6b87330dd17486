import { runEnds, verdictWords } from '../commands/choose-runs.ts'
import { parseCount, parseDollars, parseDuration, parseMost } from '../terminal/parse-quantity.ts'
import { asArgument, pricesHelp, wordOption, wordsOption, type Making } from './definition.ts'

const formats = ['text', 'md'] as const

/** Add the command that holds recordings against rules. */
export function addGate({ add, named, streams, paint }: Making): void {
  const { env, cwd } = streams
  const usage = 'hold recordings against rules, for a job: 0 all pass, 1 a rule is broken, 2 one cannot be read'
  const most = asArgument(parseMost)
  add('gate [place]', usage, async (name, flags) => {
    const { gateRecordings } = await import('../commands/gate/gate.ts')
    const place = name === undefined ? undefined : await named(name)
    const { status, verdict, maxSteps, maxFailed, maxGaps, maxTokens, maxDuration: maxDurationMs, maxCost } = flags
    const { forbid, minRecordings, prices: pricesFile, format } = flags
    const rules = { status, verdict, maxSteps, maxFailed, maxGaps, maxTokens, maxDurationMs, maxCost, forbid }
    return gateRecordings({ place, rules, minRecordings, pricesFile, markdown: format === 'md', paint, env, cwd })
  })
    .addOption(
      wordsOption('--status <a,b>', 'how a run may end; default complete, whatever other rules there are', runEnds),
    )
    .addOption(wordOption('--verdict <word>', 'what its verdicts have to say', verdictWords))
    .option('--max-steps <number>', 'the most steps', most)
    .option('--max-failed <number>', 'the most failed steps', most)
    .option('--max-gaps <number>', 'the most gaps', most)
    .option('--max-tokens <number>', 'the most tokens, in and out together', most)
    .option('--max-duration <duration>', 'the longest time, e.g. 90s, 2m', asArgument(parseDuration))
    .option('--max-cost <dollars>', 'the most that it may cost, with --prices', asArgument(parseDollars))
    .option(
      '--forbid <pattern>',
      "an action that may not be taken, '<action glob> <target glob>'; may be said again",
      collect,
    )
    .option('--min-recordings <number>', 'the fewest recordings', asArgument(parseCount))
    .option('--prices <file>', pricesHelp)
    .addOption(wordOption('--format <format>', 'text, or md for Markdown', formats))
}

function collect(pattern: string, before: readonly string[] = []): string[] {
  return [...before, pattern]
}
