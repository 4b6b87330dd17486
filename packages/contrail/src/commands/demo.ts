import { formatDuration } from '@contrail/core'
import { recordingRoot } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, Paint } from '../terminal/command-result.ts'
import { recordDemo, type DemoRecording } from '../demo/record-demo.ts'
import { formatCount, formatSize } from '../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { readTree, type TreeNode } from './tree.ts'

/**
 * Record the demo: a scripted agent in a shop of our own, in three modes. 0 when it reached its three goals, else 1.
 *
 * @param input.onProgress hears a line for each thing that is begun
 * @throws {ContrailError} when there is no browser, or no place to write
 */
export async function runDemo(
  input: {
    root?: string | undefined
    runId?: string | undefined
    headed: boolean
    paint: Paint
    onProgress?: ((message: string) => void) | undefined
  } & Surroundings,
): Promise<CommandResult> {
  const { runId, headed, env, cwd, paint, onProgress } = input
  const root = recordingRoot({ outputRoot: input.root, env })
  const { recordings, browser } = await recordDemo({ outputRoot: root, runId, headed, onProgress })
  const trees = await Promise.all(recordings.map(({ directory }) => readTree(directory)))
  const directories = recordings.map(({ directory }) => directory)
  const [first = root] = directories
  const next = formatCommand(`show ${formatPath(first, cwd)}`, input)
  const text = [
    paint('strong', `${formatPath(path.dirname(first), cwd)}${path.sep}`),
    ...recordings.flatMap((recording, at) => tell(recording, trees[at], at === recordings.length - 1, paint)),
    '',
    `Recorded in ${browser.source} Chromium ${toPrintable(browser.version ?? '')}. Look at one of them:`,
    `  ${paint('strong', next)}`,
  ]
  return {
    exitCode: recordings.every(({ reached }) => reached) ? 0 : 1,
    text: text.join('\n'),
    json: { root, browser, recordings: recordings.map((recording, at) => summarise(recording, trees[at])), next },
  }
}

function tell(
  { mode, trajectory }: DemoRecording,
  tree: TreeNode | undefined,
  isLast: boolean,
  paint: Paint,
): string[] {
  const { status, steps, turns, gaps, timing } = trajectory
  const failed = steps.filter((step) => !step.toolOutput.ok).length
  const facts = [
    mode,
    status,
    formatCount(steps.length, 'step'),
    `${failed} failed`,
    formatCount(turns.length, 'turn'),
    formatCount(gaps.length, 'gap'),
    formatDuration(timing.durationMs ?? 0),
    formatSize(tree?.sizeBytes ?? 0),
  ]
  const head = `${isLast ? '└──' : '├──'} ${paint('strong', `${tree?.name ?? ''}/`)}  ${paint('faint', facts.join(' · '))}`
  return [head, ...branches(tree?.children ?? [], isLast ? '    ' : '│   ', paint)]
}

/** The files of a recording; pictures are counted, not listed. */
function branches(children: readonly TreeNode[], indent: string, paint: Paint): string[] {
  return children.flatMap((child, at) => {
    const isLast = at === children.length - 1
    const line = `${indent}${isLast ? '└──' : '├──'} `
    if (!child.children) return [`${line}${child.name}  ${paint('faint', formatSize(child.sizeBytes))}`]
    const inner = child.children.filter((grandchild) => grandchild.children)
    const facts = describeFiles(child)
    return [
      `${line}${child.name}/  ${paint('faint', facts)}`,
      ...branches(inner, `${indent}${isLast ? '    ' : '│   '}`, paint),
    ]
  })
}

function describeFiles({ fileCount = 0, sizeBytes }: TreeNode): string {
  if (fileCount === 0) return 'empty'
  const size = sizeBytes === 0 ? 'the same bytes as above' : formatSize(sizeBytes)
  return `${formatCount(fileCount, 'file')}, ${size}`
}

function summarise({ mode, directory, trajectory, reached }: DemoRecording, tree: TreeNode | undefined): unknown {
  return {
    mode,
    directory,
    reached,
    status: trajectory.status,
    steps: trajectory.steps.length,
    failedSteps: trajectory.steps.filter((step) => !step.toolOutput.ok).length,
    turns: trajectory.turns.length,
    gaps: trajectory.gaps.length,
    sizeBytes: tree?.sizeBytes,
    finalAnswer: trajectory.finalAnswer,
  }
}
