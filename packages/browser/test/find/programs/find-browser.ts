// Answers each line, `[env, platform]` as JSON, with a line: what findBrowser finds there, or the error it throws.
import { createInterface } from 'node:readline'
import { findBrowser } from '@contrail/browser'

for await (const line of createInterface({ input: process.stdin })) {
  const [env, platform] = JSON.parse(line) as [NodeJS.ProcessEnv, NodeJS.Platform]
  try {
    console.log(JSON.stringify({ found: await findBrowser({ env, platform }) }))
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string }
    console.log(JSON.stringify({ error: { name, code, message } }))
  }
}
