import type { RedactionKind } from '../text/placeholder.ts'
import { harmlessCards } from './key-lists.ts'

/**
 * The names of fields for secrets, in the languages most met on the web: passwords, cards and their check digits,
 * one-time codes, keys of an interface, recovery phrases. They count as whole words, in lower case.
 */
export const fieldPhrases: Partial<Record<RedactionKind, readonly string[]>> = {
  password: [
    'password|passwords|passcode|passphrase|pass phrase|pass word|passwd|pwd',
    'passwort|kennwort|zugangswort',
    'mot de passe|phrase secrète|phrase de passe',
    'contraseña|contrasena|clave de acceso|palabra de paso',
    'senha|palavra-passe|palavra passe',
    'parola d’ordine|parola di accesso',
    'passwortsatz|passfrase|lösenfras|tunnuslause|geslo|lozinka|zaporka|slaptažodis|parole|salasõna|лозинка|парола|kata kunci|geçiş kodu|şifrə|pasahitza|contrasenya|pasfhocal|cyfrinair|lykilorð|hozzáférési kód',
    'wachtwoord|toegangscode|lösenord|lösenordet|adgangskode|adgangskoden|passord|passordet|salasana|hasło|heslo|jelszó|parola|şifre|parolă',
    'пароль|κωδικός πρόσβασης|סיסמה|הסיסמה|كلمة المرور|mật khẩu|kata sandi|kata laluan|लॉगिन पासवर्ड|पासवर्ड',
  ],
  card: [
    'card number|cardnumber|credit card|debit card|card code|security code|card verification|cvc|cvc2|cvv|cvv2|csc',
    'kartennummer|kreditkartennummer|kreditkarte|prüfnummer|prüfziffer|kartenprüfnummer|sicherheitscode',
    'numéro de carte|carte bancaire|cryptogramme|cryptogramme visuel|code de sécurité',
    'número de tarjeta|código de seguridad|número do cartão|código de segurança',
    'numero della carta|numero di carta|codice di sicurezza|kaartnummer|beveiligingscode|veiligheidscode',
    'kortnummer|säkerhetskod|sikkerhedskode|sikkerhetskode|kortin numero|turvakoodi',
    'numer karty|kod zabezpieczający|číslo karty|bezpečnostní kód|kártyaszám|biztonsági kód|număr card|cod de securitate',
    'kart numarası|güvenlik kodu|номер карты|код безопасности',
  ],
  one_time_code: [
    'pin|pin code|puk|puk code|one time code|one time password|one time passcode|otp|totp|verification code|authentication code|authenticator code|two factor code|2fa code|mfa code|sms code|login code|access code|digit code',
    'anmeldecode|bestätigungscode|verifizierungscode|einmalcode|einmalpasswort|einmalkennwort|sicherheitsnummer|sms-code|tan eingeben',
    'code de vérification|code de confirmation|code à usage unique|code sms|code secret|code confidentiel',
    'código de verificación|código de confirmación|código de un solo uso|código de acceso',
    'código de verificação|código de confirmação|código de uso único',
    'codice di verifica|codice di conferma|codice monouso|codice otp',
    'verificatiecode|bevestigingscode|eenmalige code|verifieringskod|engångskod|bekræftelseskode|engangskode|bekreftelseskode|vahvistuskoodi|kertakoodi',
    'kod weryfikacyjny|kod jednorazowy|kod dostępu|ověřovací kód|jednorázový kód|ellenőrző kód|egyszeri kód|cod de verificare',
    'doğrulama kodu|doğrulama kodunuz|tek kullanımlık kod|tek kullanımlık kodunuz|onay kodu|onay kodunuz|код подтверждения|одноразовый код|код из смс|пин-код|mã xác minh|mã otp|kode verifikasi|kode otp',
    'رمز التحقق|رمز التأكيد|كود التحقق|کد تأیید|सत्यापन कोड|ओटीपी|קוד אימות|κωδικός επαλήθευσης',
  ],
  token: ['api token|access token|auth token|authentication token|personal access token|bearer token'],
  api_key: [
    'api key|api-schlüssel|api schlüssel|clé api|clé d’api|clave api|clave de api|chave api|chave de api|chave da api|chiave api|api-sleutel|api sleutel|api-nyckel|api-nøgle|api-nøkkel|api-avain|klucz api|klíč api|api kulcs|cheie api|api anahtarı|ключ api|api ключ',
  ],
  secret: [
    'secret answer|security answer|recovery phrase|seed phrase|secret phrase|mnemonic phrase|mnemonic|secret recovery phrase|recovery code|recovery key|backup code|private key|secret key|client secret|setup key|manual entry key|authenticator key',
    'wiederherstellungsphrase|wiederherstellungscode|wiederherstellungsschlüssel|privater schlüssel|geheimer schlüssel',
    'phrase de récupération|code de récupération|clé de récupération|clé privée|clé secrète',
    'frase de recuperación|código de recuperación|clave privada|clave secreta',
    'frase de recuperação|código de recuperação|chave privada|chave secreta',
    'frase di recupero|codice di recupero|chiave privata|chiave segreta|herstelzin|herstelcode|herstelsleutel',
    'återställningsfras|återställningskod|gendannelseskode|gjenopprettingskode|palautuskoodi|fraza odzyskiwania|kod odzyskiwania|kurtarma ifadesi|kurtarma kodu|фраза восстановления|код восстановления|сид-фраза',
  ],
}

/** Words for a password in languages that put others before them in one word: `Startpasswort`, `gebruikerswachtwoord`. */
export const compoundNames: readonly string[] =
  'passwort|kennwort|wachtwoord|lösenord|lösenordet|adgangskode|adgangskoden|passord|passordet|salasana'.split('|')

/** The same where they name a field that is typed into, and nothing that stands before a value in a text. */
export const typedPhrases: Partial<Record<RedactionKind, readonly string[]>> = {
  password: [
    // Answers to questions are chosen by people, as passwords are.
    "mother's maiden name|name of your first pet|your first pet's name|name of your first school|make of your first car|model of your first car|your first teacher|your favorite teacher|your favourite teacher|your childhood nickname|your childhood best friend|city were you born in|town were you born in|street did you grow up on|street you grew up on",
    'mädchenname ihrer mutter|mädchenname deiner mutter|name ihres ersten haustiers|nom de jeune fille de votre mère|nom de votre premier animal|apellido de soltera de su madre|nombre de su primera mascota|nome de solteira da sua mãe|nome do seu primeiro animal|cognome da nubile di sua madre|nome del suo primo animale',
    'clave actual|nueva clave|confirmar clave|repetir clave|clave personal|clave digital|clave de usuario|clave de internet|clave bancaria',
    'network key|wi-fi key|wifi key|wpa key|wep key|wpa2 key|netzwerkschlüssel|wlan-schlüssel|clé réseau|clé wi-fi|clave de red|chave de rede|chave da rede|chiave di rete',
  ],
  one_time_code: [
    'sign in code|signin code|code de connexion|código de inicio de sesión|código de login|codice di accesso',
  ],
  api_key: ['openai key|anthropic key|stripe key|sendgrid key|twilio key'],
  cookie: ['session cookie|sitzungs-cookie|cookie de session|cookie de sesión|cookie de sessão|cookie di sessione'],
  secret: [
    'sicherheitsantwort|geheimantwort|geheime antwort|réponse secrète|réponse de sécurité|respuesta secreta|resposta secreta|risposta segreta|risposta di sicurezza|beveiligingsantwoord|geheim antwoord|säkerhetssvar|sikkerhedssvar|sikkerhetssvar|tajna odpowiedź|секретный ответ',
    'secret word|memorable word|memorable information|security question answer',
    'answer to security question|answer to your security question|answer to the security question|answer to secret question|answer to your secret question',
    'geheimes wort|antwort auf die sicherheitsfrage|antwort auf ihre sicherheitsfrage|mot secret|réponse à la question de sécurité|réponse à la question secrète',
    'palabra secreta|respuesta a la pregunta de seguridad|respuesta de seguridad|palavra secreta|resposta à pergunta de segurança|resposta de segurança|parola segreta|risposta alla domanda di sicurezza',
    'backup phrase|recovery words|seed words|wallet words|backup words|12 word phrase|24 word phrase|your 12 words|your 24 words',
    'wiederherstellungswörter|mots de récupération|palabras de recuperación|palavras de recuperação|parole di recupero|phrase de 12 mots|frase de 12 palabras|frase de 12 palavras|frase di 12 parole',
  ],
}

/** The names of the number by which a state knows a person, with which others sign in as one. */
export const personNumbers: readonly string[] = [
  'ssn|social security number|social security no|social insurance number|national insurance number|itin',
  'sozialversicherungsnummer|rentenversicherungsnummer|steueridentifikationsnummer|steuer-id',
  'numéro de sécurité sociale|n° de sécurité sociale|número de la seguridad social|número de seguridad social',
  'número da segurança social|número de segurança social|codice fiscale',
]

/** The same in languages that are written without spaces around words. */
export const fieldSigns: Partial<Record<RedactionKind, string>> = {
  password: 'รหัสผ่าน|密码|密碼|口令|パスワード|暗証番号|비밀번호|암호',
  card: '卡号|卡號|安全码|安全碼|カード番号|セキュリティコード|카드 번호|카드번호|보안 코드|보안코드',
  one_time_code:
    '验证码|驗證碼|校验码|确认码|確認碼|动态密码|動態密碼|確認コード|認証コード|ワンタイムパスワード|인증번호|인증 코드|인증코드|일회용 비밀번호',
  api_key: 'api密钥|api 密钥|api密鑰|api 密鑰|apiキー|api キー|api 키',
  secret: '助记词|助記詞|恢复码|恢復碼|私钥|私鑰|リカバリーフレーズ|復元フレーズ|秘密鍵|복구 문구|복구 코드|개인 키',
}

/** Words of a name that says something of a secret, and takes none: `Password hint`, `Pin title`, `Search passwords`. */
export const harmlessFieldWords: ReadonlySet<string> = new Set(
  'search hint hints instructions strength length policy rules description descriptions game kahoot tips generator manager managers age history title label colour color map board location drop item note comment topic subject count limit question quiz filter suche suchen buscar rechercher zoeken pesquisar cerca szukaj hilfe hinweis indice pista'.split(
    ' ',
  ),
)

/** Words of a name that takes what stands on a card, and no number of it. */
export const harmlessCardWords: ReadonlySet<string> = new Set([
  ...harmlessCards,
  ...'name holder cardholder inhaber karteninhaber titulaire titular titolare naam type network brand'.split(' '),
])

/** Words behind the name of a secret that name what the field really takes, or what is beside it: `API key name`, `#password-error`. */
export const otherHeads: ReadonlySet<string> = new Set(
  'reset name names email mail username user id url uri link type status date time expiry expiration error errors message messages help feedback toggle button btn form group wrapper container row icon tooltip meter method prefix suffix scope scopes owner environment path file filename alias language channel placeholder changed category format version region provider algorithm size'.split(
    ' ',
  ),
)

/** Words of fields that take no secret. */
export const otherFields: ReadonlySet<string> = new Set(
  'username user email mail phone telephone mobile search city street zip postcode country firstname lastname surname birthday'.split(
    ' ',
  ),
)
