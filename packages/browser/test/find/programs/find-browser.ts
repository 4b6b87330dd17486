// Answers each line of JSON with a line. To `[env, platform]`: what findBrowser finds there, or the error it throws, as JSON. To
// `"place"`: where Playwright would have installed its own browser.
import { createInterface } from 'node:readline'
import { findBrowser } from '@contrail/browser'
import { chromium } from 'playwright'

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as 'place' | [NodeJS.ProcessEnv, NodeJS.Platform]
  if (question === 'place') {
    console.log(chromium.executablePath())
    continue
  }
  const [env, platform] = question
  try {
    console.log(JSON.stringify({ found: await findBrowser({ env, platform }) }))
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string }
    console.log(JSON.stringify({ error: { name, code, message } }))
  }
}
