#!/usr/bin/env node
import process from 'node:process'
import { oldestNode, runsOnNode } from './terminal/version.ts'

// Who reads us may stop reading, as `head` does: what was not read was not wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    // A half that was written is no answer.
    if (stream === process.stdout) process.stderr.write(`The output cannot be written: ${error.message}\n`)
    process.exit(2)
  })
}

const { env, stdin, stdout, stderr, versions } = process
if (runsOnNode(versions.node)) {
  // Not above: an older one does not get as far as to say what it lacks.
  const { runCli } = await import('./cli.ts')
  process.exitCode = await runCli(process.argv.slice(2), { env, stdin, stdout, stderr, cwd: process.cwd() })
} else {
  stderr.write(`Contrail needs Node.js ${oldestNode} or later, and this is ${versions.node}.\n`)
  process.exitCode = 2
}
