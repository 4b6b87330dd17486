/** Words that make a code one of something else than signing in. */
export const otherCodes =
  /\b(?:zip|post|postal|area|country|dial\w*|error|status|exit|promo\w*|discount|coupon|voucher|gift|order|booking|reference|customer|client|product|item|bar|qr|source|dress|color|colour|tax|bank|sort|swift|class|course|invoice|tracking|referral|https?|html|css|team|room|game|party|project)\b/i

/** The word for a code. */
export const codeWord = /(?:^|[^\p{L}])(?:codes?|código|codigo|codice|kod|koden|kode|koodi|код)(?![\p{L}])/iu

/** Words that say surely that it was sent to a person, or comes from an app for it. */
const isSent =
  /authenticator|(?:^|[^\p{L}])(?:sms|texted|(?:e-?mailed|sent) (?:to|you|by|via)|(?:we|just|was|been) (?:e-?mailed|sent)|gesendet|geschickt|reçu|envoyé|enviado|enviamos|inviato)(?![\p{L}])/iu

/** Tells whether a name is one of a code that was sent, whatever stands under it: `Code from your authenticator app`. */
export function isSentTo(name: string): boolean {
  return codeWord.test(name) && isSent.test(name) && !otherCodes.test(name)
}

/** Tells whether a name is one of a code for security: on a form it is that of a card, and where somebody is told one, it was sent. */
export function isSecurityCode(name: string): boolean {
  return ofSecurity.test(name)
}

const ofSecurity =
  /(?:^|[^\p{L}])(?:security code|sicherheitscode|code de sécurité|código de (?:seguridad|segurança)|codice di sicurezza|(?:beveiligings|veiligheids)code|säkerhetskod|sikkerhe[dt]skode|kod zabezpieczający|код безопасности)$/iu
