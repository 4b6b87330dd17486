import { execFile, execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeRoot, record, step } from '../recordings.ts'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

function hasBash(): boolean {
  try {
    return execFileSync('bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' }).trim() !== ''
  } catch {
    return false
  }
}

/** Asks the function that bash would call for the last word of each line, without the package bash-completion. */
const script = `
compopt() { :; }
source <(contrail completion bash)
complete -p contrail
while IFS= read -r line; do
  read -ra COMP_WORDS <<< "$line"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=\${#line} COMPREPLY=()
  __contrail_complete
  echo "\${COMPREPLY[*]}"
done <<< "$LINES_TO_COMPLETE"
`

// What is completed after what is tried without a shell: it takes a program each time.
test.skipIf(!hasBash())('bash completes with what the program says, of a word that is begun and of none', async () => {
  const root = await makeRoot()
  await record(path.join(root, 'runs'), step('goto'), { runId: 'run-1', id: 'buy-lamp' })
  await mkdir(path.join(root, 'bin'))
  const program = path.join(root, 'bin/contrail')
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' --conditions=@contrail/source '${bin}' "$@"\n`, {
    mode: 0o755,
  })
  const lines = ['contrail export latest --format ', 'contrail why buy']
  const env = {
    ...process.env,
    PATH: `${path.dirname(program)}:${process.env['PATH']}`,
    CONTRAIL_ROOT: path.join(root, 'runs'),
    LINES_TO_COMPLETE: lines.join('\n'),
  }
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '--noprofile', '-c', script], { env })
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toEqual([
    'complete -F __contrail_complete contrail',
    'html md gif webp',
    'buy-lamp',
  ])
})
