// Prints what findBrowser finds with the environment and platform given as JSON, or the error it throws.
import { findBrowser } from '@contrail/browser'

const [env, platform] = process.argv.slice(2)
try {
  const options = { env: JSON.parse(env ?? '{}'), ...(platform ? { platform: platform as NodeJS.Platform } : {}) }
  console.log(JSON.stringify({ found: await findBrowser(options) }))
} catch (error) {
  const { name, code, message } = error as Error & { code?: string }
  console.log(JSON.stringify({ error: { name, code, message } }))
}
