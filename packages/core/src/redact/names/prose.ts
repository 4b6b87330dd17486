import { kindOfField } from './fields.ts'
import { codeWord } from './sent-codes.ts'
import { createWordSet } from './words.ts'

/** Words of forms, settings and messages: what is said of a secret where it would stand. One of them alone is none either. */
const messageWords = words(
  'required optional mandatory missing expected rejected unsupported disabled redacted hidden visible incorrect wrong malformed mismatch match matches matched unauthorized unauthenticated unavailable unknown deprecated expired expires revoked invalid weak changed unchanged updated saved sent failed error denied forgotten obligatoire obligatorio obrigatório erforderlich ungültig falsch pflichtfeld verplicht invalide incorrecto inválida confirmed vereist gesetzt geändert unverändert fehlt leer vorhanden abgelaufen gespeichert zurückgesetzt modifié manquant vide défini expiré enregistré actualizada cambiada faltante vacía caducada guardada alterada salva vazia expirada definida modificata mancante vuota scaduta impostata gewijzigd ontbreekt leeg verlopen ingesteld ändrat saknas ændret mangler zmienione wygasło ustawione',
)
const isOfState = createWordSet([
  ...messageWords,
  ...words(
    'pass empty blank none null nil undefined unset set provided supplied accepted supported generated configured enabled active inactive forbidden masked shown filtered omitted protected removed correct unspecified valid verified unverified medium fair strong short long pending ok okay yes no on off true false always never default auto automatic manual failure success granted allowed public private persistent string text number integer boolean object array any void bytes utf8 utf-8 utf16le base64 base64url hex ascii latin1 binary str int bool char varchar bcrypt scrypt argon2 argon2id pbkdf2 scram-sha-256 sha256 sha512 md5 hashed encrypted plaintext plain basic bearer digest oauth oauth2 jwt saml sso ldap cookie cookies session token essential necessary functional analytics marketing strict lax all same-origin same_site include n/a na tbd todo unlimited prompt interactive inherit inherited stdin keychain keyring env file filled focused blurred clicked typed entered cleared enter tab escape backspace bpsk qpsk 8psk wpa-psk wpa2-psk',
  ),
])

/** Words that make a sentence or a label of several words, in the languages most met on the web. */
const proseWords = words(
  'a an the is are be must should can cannot may not at least most or and but of to in for from with by on as your you we our us i my me it its this that these those please enter type use used using choose create confirm repeat again show hide forgot forget reset change remember new old current too do does don’t has have had was were been will need needs want when where if then than only also more less before after here there how why what who',
  'character characters letter letters digit digits symbol minimum maximum field login account user username sign log in out up',
  'das der die den dem ein eine ist sind war muss müssen darf nicht kein keine mindestens höchstens zeichen buchstaben ziffern falsch ungültig erforderlich vergessen bitte eingeben wiederholen bestätigen anzeigen ändern neues altes neu alt aktuell wiederholung bestätigung zu und oder mit ihr ihre',
  'le la les un une des du de est sont doit pas au aux moins plus caractères lettres chiffres incorrect invalide requis obligatoire oublié veuillez saisir répéter confirmer afficher nouveau ancien actuel confirmation votre trop court',
  'el los las una del es son debe no al menos caracteres letras números incorrecta inválida obligatoria olvidó olvidado introduzca repita confirmar mostrar nueva su tu y o muy corta',
  'il lo gli una è sono deve non almeno caratteri lettere numeri errata richiesta dimenticata inserisci conferma nuova tua troppo',
  'o os as um uma é são deve não pelo menos números incorreta obrigatória esqueceu digite confirme nova sua muito curta',
  'het een zijn moet niet ten minste tekens letters cijfers onjuist verplicht vergeten voer herhaal nieuw uw te kort',
  'är måste inte minst tecken er skal ikke mindst tegn jest musi nie znaków pole bir olmalı en az karakter girin giriniz zadejte wprowadź podaj introduceți syötä ange skriv indtast',
)

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}

/** Tells whether one word is what is said of a secret, and none itself: `required`, `hidden`, `bcrypt`. */
export function isStateWord(text: string): boolean {
  return isOfState(text)
}

/** Tells whether one word is what stands over or in a field of a form, written as there: `New`, `Repeat`, `Code`. */
export function isLabelOfForm(text: string): boolean {
  return /^\p{Lu}\p{Ll}{2,11}$/u.test(text) && (proseWords.has(text.toLowerCase()) || codeWord.test(text))
}

/**
 * Tells whether a text of several words is a sentence, a message or a label rather than a phrase somebody chose: a word
 * of a form or of grammar is in it, or the name of a field, or it ends as a sentence does.
 * `correct horse battery staple` is none.
 */
export function isProse(text: string): boolean {
  if (isMnemonic(text)) return false
  const found = text.toLowerCase().split(/[\s,.;:!?"'()/]+/, 40)
  if (found.some((word) => word.length > 1 && (proseWords.has(word) || messageWords.has(word)))) return true
  return kindOfField(text) !== undefined || saysLength.test(text) || /[\p{L}\p{N}][.!?…:]$/u.test(text)
}

/** `8자 이상`, `6 位以上` */
const saysLength = /\d ?(?:자|글자|字|文字|位|桁|ตัว|หลัก)/

/** Twelve words of three letters, and the spaces between. */
const shortestMnemonic = 47

/** Twelve to twenty-four words, as wallets have them. */
export function isMnemonic(text: string): boolean {
  if (text.length < shortestMnemonic) return false
  const found = text.trim().split(/\s+/, 25)
  return found.length >= 12 && found.length % 3 === 0 && found.every((word) => /^[a-z]{3,8}$/.test(word))
}

/**
 * Tells whether a text without spaces is a message in a language that needs none: no letter or digit of ASCII, and
 * long.
 */
export function isForeignProse(text: string): boolean {
  if (!/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff]/.test(text)) return false
  const said = text.replaceAll(/\$?\{[^{}]{1,60}\}/g, '')
  const foreign = said.replaceAll(/[\x21-\x7e]/g, '')
  return foreign.length >= 2 && foreign.length * 2 > said.length
}
