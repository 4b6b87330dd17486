import { isWordUnit } from '../text/characters.ts'
import type { Mark, Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'
import { looksLikeKey } from '../names/value.ts'

/** Parts of a path behind which a token stands that logs in whoever opens the link. */
const steps =
  'reset reset-password password-reset password/reset passwords/reset set-password forgot-password magic magic-link magiclink login/token signin sign-in auth auth/email verify verify-email email/verify confirm confirmation confirm-email activate activation invite invitation invitations accept-invite sso otp unlock passwordless'.split(
    ' ',
  )

/** Marks of tokens in the paths of links that log in: `https://shop.example/reset-password/4f9c2a...`. */
export const loginLinkMarks: readonly Mark[] = steps.map((step) => ({
  mark: `/${step}/`,
  isPrefix: false,
  read: readToken,
}))

function readToken({ text, endOf }: Reader, _: number, start: number): FoundSecret | undefined {
  const end = endOf(isTokenUnit, start)
  const isToken = end - start >= 16 && end - start <= 2_000 && looksLikeKey(text.slice(start, end), 16)
  return isToken && isInAddress(text, start) ? { start, end, kind: 'token' } : undefined
}

function isTokenUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x2e || unit === 0x7e || unit === 0x3d
}

/** Paths of files and of an interface's objects have no host before them. */
function isInAddress(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 200), start)
  const scheme = before.lastIndexOf('://')
  return scheme > 0 && !/[\s"'<>]/.test(before.slice(scheme))
}
