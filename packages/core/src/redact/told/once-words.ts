/** The words of a language with which a page shows a key once, as parts of patterns. */
export interface OnceWords {
  /** Parts of the words that say so, one of which is in every such line. */
  readonly marks: string
  /** Names of keys, with words that may stand before them. */
  readonly nouns: string
  readonly before: string
  /** Words before such a name that say whose it is: `your`, `this`. */
  readonly whose: string
  /** `created`, with what may stand between it and the name. */
  readonly made: string
  /** `We have created`, before the name. */
  readonly makes: string
  /** `new`, as it stands before the name. */
  readonly fresh: string
  /** `Save`, with what may stand before the name. */
  readonly keep: string
  /** Said of what will not be shown again. */
  readonly once: string
}

export const onceWords: readonly OnceWords[] = [
  {
    marks: 'reated|enerated|otated|opy |ave |tore |eep |rite |again|once|nly |ew ',
    nouns: 'keys?|tokens?|secrets?|credentials?',
    before: String.raw`(?:[\w-]+ ){0,3}`,
    whose: 'this|your|the|these|that|its',
    made: '(?:(?:has been|have been|was|were|is) )?(?:successfully )?(?:created|generated|regenerated|rotated|issued)(?: successfully)?',
    makes: "we(?: have|['’]ve)? (?:created|generated)",
    fresh: 'new',
    keep: "(?:(?:please|now|important|make sure|be sure|remember|don['’]t forget|you|to|must|should|can) ){0,4}(?:copy|save|store|keep|write down|note down|back up)(?: and (?:copy|save|store|keep))?",
    once: String.raw`\b(?:won['’]t|will not|will never|can(?:no|['’]?)t|never|not)\b(?: be)?(?: able to)?[\w ]{0,40}\bagain\b|\bonly time\b|\b(?:shown|displayed|visible|show|appears?)\b[\w ,]{0,40}\b(?:only )?once\b|\bonly (?:be )?(?:shown|displayed|visible|view(?:ed)?|seen?|cop(?:y|ied)|retrieved?)\b`,
  },
  {
    marks: 'rstellt|eneriert|rzeugt|opier|peicher|ewahr|otier|inmal|inzige|nicht mehr|rneut|neue|Neue',
    nouns: String.raw`[\p{L}-]*schlüssel|[\p{L}-]*token|[\p{L}-]*geheimnis|[\p{L}-]*secret|api-key|[\p{L}-]*zugangsdaten`,
    before: String.raw`(?:[\p{L}\d-]+ ){0,2}`,
    whose: 'ihr|ihre|ihren|dein|deine|deinen|der|die|das|den|dieser|diese|diesen|dieses',
    made: '(?:(?:wurde|wurden|ist) )?(?:erfolgreich )?(?:neu )?(?:erstellt|generiert|erzeugt|angelegt)',
    makes: '(?:es wurde|wir haben)',
    fresh: 'neue[rsn]?',
    keep: '(?:bitte )?(?:kopieren|speichern|sichern|notieren|bewahren|kopiere|speichere|sichere|notiere|bewahre)(?: sie)?(?: dir| sich)?(?: bitte)?(?: jetzt)?',
    once: String.raw`\bnur (?:dieses |ein )?(?:einziges )?(?:einmal|mal)\b|\beinzige mal\b|\b(?:nicht|nie) (?:mehr|wieder|erneut|noch einmal|noch mal|nochmals)\b[\p{L} ]{0,30}(?:angezeigt|anzeigen|anzusehen|ansehen|sehen|sichtbar|abrufen|abgerufen|einsehen|kopieren)`,
  },
  {
    marks: 'créé|énéré|opiez|opie |onservez|nregistrez|auvegardez|otez|seule fois|ouvel|ouveau|plus ',
    nouns: 'clés?|jetons?|tokens?|secrets?|identifiants',
    before: '',
    whose: "votre|vos|ton|ta|cette|ce|ces|la|le|les|l['’]",
    made: '(?:(?:a|ont) (?:bien )?été )?(?:créée?s?|générée?s?|régénérée?s?)(?: avec succès)?',
    makes: 'nous avons (?:créé|généré)',
    fresh: 'nouvelle|nouveau|nouvel',
    keep: "(?:(?:veuillez|n['’]oubliez pas de|assurez-vous de|pensez à) )?(?:copiez|conservez|enregistrez|sauvegardez|notez|copier|conserver|enregistrer|sauvegarder|noter)(?: bien| maintenant)?",
    once: String.raw`\bune seule fois\b|\bseule fois\b|\bqu['’]une fois\b|\b(?:ne|n['’])\b.{0,40}\b(?:plus|pas de nouveau)\b.{0,40}(?:affich|voir|consult|visible|visualis|récupér|copier)|\bne s['’]affichera plus\b`,
  },
  {
    marks: 'cread|enerad|opie|opia|uard|una vez|sola vez|nica vez|nueva|nuevo|volver|podrá',
    nouns: 'claves?|tokens?|secretos?|credenciales|llaves?',
    before: '',
    whose: 'tu|tus|su|sus|esta|este|estas|la|el|las|los',
    made: '(?:(?:se ha|se han|ha sido|fue) )?(?:cread[oa]s?|generad[oa]s?|regenerad[oa]s?)(?: correctamente| con éxito)?',
    makes: '(?:se ha|hemos|ha) (?:creado|generado)',
    fresh: 'nuev[oa]s?',
    keep: '(?:(?:por favor|asegúrate de|asegúrese de|no olvides|recuerda) )?(?:copia|copie|guarda|guarde|anota|anote|conserva|conserve|copiar|guardar|anotar)(?: ahora| bien)?',
    once: String.raw`\buna (?:sola |única )?vez\b|\búnica vez\b|\bno (?:podrás|podrá|se|volverá|volverás)\b.{0,40}(?:ver|mostrar|consultar|recuperar|copiar)`,
  },
  {
    marks: 'criad|gerad|opie|opia|uard|alve|uma vez|nica vez|nova |novo |Nova |Novo |novamente|não ',
    nouns: 'chaves?|tokens?|segredos?|credenciais',
    before: '',
    whose: 'sua|seu|suas|seus|tua|teu|esta|este|essa|esse|a|o|as|os',
    made: '(?:(?:foi|foram) )?(?:criad[oa]s?|gerad[oa]s?)(?: com sucesso)?',
    makes: '(?:(?:foi|foram) (?:criad|gerad)[oa]s?|criamos|geramos)',
    fresh: 'nov[oa]s?',
    keep: '(?:(?:por favor|não se esqueça de|certifique-se de|lembre-se de) )?(?:copie|guarde|salve|anote|copiar|guardar|salvar|anotar)(?: agora| bem)?',
    once: String.raw`\b(?:apenas|só|somente) (?:uma|desta) vez\b|\buma única vez\b|\búnica vez\b|\bnão (?:poderá|será|vai|conseguirá|poderás|voltará)\b.{0,40}(?:ver|vê-l|exibi|mostr|visualiz|copi|recuper)`,
  },
  {
    marks:
      'creato|creata|create|enerato|enerata|enerate|opia|alva|onserva|nnota|na volta|nica volta|uova |uovo |on potrai|on sarà|on verrà',
    nouns: 'chiav[ei]|token|segret[oi]|credenziali',
    before: '',
    whose: "la|il|le|i|tua|tuo|tue|sua|suo|questa|questo|queste|l['’]",
    made: '(?:(?:è|sono) stat[oaei] )?(?:creat[oaei]|generat[oaei]|rigenerat[oaei])(?: correttamente| con successo)?',
    makes: '(?:(?:è stata|è stato|abbiamo) )(?:creat|generat)[oaie]',
    fresh: 'nuov[oaei]',
    keep: '(?:(?:per favore|assicurati di|ricorda di|ricordati di) )?(?:copia|salva|conserva|annota|copiare|salvare|conservare|annotare)(?: ora| subito)?',
    once: String.raw`\buna sola volta\b|\bsol(?:o|tanto) una volta\b|\bunica volta\b|\bnon (?:potrai|potrà|sarà|verrà)\b.{0,40}(?:veder|mostrat|visualizz|copiar|recuper|visibil)`,
  },
]
