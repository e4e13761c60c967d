/** What a column of a rate sheet can hold. */
export type Field =
  | 'destination'
  | 'prefix'
  | 'lastPrefix'
  | 'countryCode'
  | 'areaCode'
  | 'callerPrefix'
  | 'rate'
  | 'nextRate'
  | 'interstateRate'
  | 'intrastateRate'
  | 'indeterminateRate'
  | 'connectFee'
  | 'increments'
  | 'first'
  | 'next'
  | 'rateUnit'
  | 'groupStart'
  | 'effective'
  | 'ends'
  | 'change'
  | 'blocked'
  | 'enabled'
  | 'currency';

/**
 * Names under which the trade's sheets have these columns, reduced by {@link plainNameOf}: A-Z
 * price lists, 46Labs, YETI, CGRateS, RustPBX, and US jurisdictional decks. Of several columns
 * for one field, the name that stands first here is taken.
 */
export const COLUMN_NAMES: Readonly<Record<Field, readonly string[]>> = {
  destination: words(`
    destination destinationname destname dest description name zone location country countryname
    area areaname region tag id destinationid ziel zielname land destino destinazione pays paese pais
  `),
  prefix: words(`
    prefix prefixes dialcode dialcodes dialprefix dialingcode dialingcodes dialcodeprefix
    destinationcode destinationcodes destcode destprefix code codes dstprefix calledprefix
    calleeprefix matchcalleeprefix npanxx npanxxx digits codefrom dialcodefrom prefixfrom fromcode
    fromprefix rangefrom rangestart startcode codestart firstcode breakout breakouts e164 number
    vorwahl vorwahlen prefijo codigo indicatif indicatifs prefixe prefisso prefissi prefixo
  `),
  lastPrefix: words(`
    codeto dialcodeto prefixto tocode toprefix rangeto rangeend endcode codeend lastcode
  `),
  countryCode: words('countrycode countrycodes countryprefix cc ccode ctrycode intlcode'),
  areaCode: words(`
    areacode areacodes citycode citycodes ndc localcode areaprefix cityprefix
  `),
  callerPrefix: words(`
    matchcallerprefix callerprefix callerprefixes srcprefix sourceprefix origin origincode
    origincodes originprefix origination originationcode originationprefix anumberprefix anumber
    aprefix
  `),
  rate: words(`
    rate rateperminute ratepermin rateminute ratemin rates price priceperminute pricepermin
    pricemin permin perminute perminuterate minuterate newrate newprice sellrate buyrate cost
    costperminute initialrate usdmin usdpermin eurmin eurpermin currentrate ratepersecond
    ratepersec pricepersecond preis minutenpreis preisjeminute preisprominute tarif tarifa tariffa
    prix prixminute precio preco prezzo
  `),
  nextRate: words('nextrate subsequentrate'),
  interstateRate: words('interrate interstate interstaterate interratepermin interstateprice'),
  intrastateRate: words('intrarate intrastate intrastaterate intraratepermin intrastateprice'),
  indeterminateRate: words(`
    ijrate indeterminate indeterminaterate indetermrate indetrate indrate undeterminedrate
    unknownrate
  `),
  connectFee: words(`
    connectfee connectionfee connectioncharge connectcharge connectprice setupfee setupcharge
    setup callsetup callsetupfee setuprate flagfall
  `),
  increments: words(`
    billingincrement billingincrements billingincr billinginterval billingintervals billingterms
    billingtype billing billingrule increments increment incr rateincrement interval intervals
    pulse chargingincrement chargeincrement rounding billingstep billingsteps step steps billingunit
    billingunits minincrement firstnext initialsubsequent takt taktung abrechnungstakt cadence
  `),
  first: words(`
    duration firstincrement firstinterval first initialincrement initialinterval initialduration
    initialperiod minduration minimumduration minimum minimumtime mintime minimumbilling
    minimumseconds minseconds interval1 increment1
  `),
  next: words(`
    nextincrement nextinterval next subsequentincrement subsequentinterval subsequent
    additionalincrement additionalinterval additional succeedingincrement interval2 incrementn
    intervaln increment2
  `),
  rateUnit: words('rateunit unit rateinterval'),
  groupStart: words('groupintervalstart intervalstart'),
  effective: words(`
    effectivedate effective effectivefrom effectivedatetime effectivetime effectiveon effdate
    dateeffective validfrom datefrom fromdate startdate start from activationdate activationtime
    ratestartdate begindate gultigab gueltigab wirksamab
  `),
  ends: words(`
    enddate ends end endson validtill validto validuntil dateto todate till until expiry
    expirydate expirationdate expires expiredate effectivetill effectiveto rateenddate
    discontinuedate closedate
  `),
  change: words(`
    change changes changetype changestatus ratechange ratestatus codestatus changeindicator
    codechange status action movement
  `),
  blocked: words('blocked isblocked block barred rejectcalls forbidden'),
  enabled: words('enabled isenabled active isactive'),
  currency: words('currency curr ccy currencycode'),
};

/** A field that a heading may name, and how usual that name is for it: 0 is the most usual. */
export interface NamedField {
  readonly field: Field;
  readonly rank: number;
}

const FIELDS_BY_NAME: ReadonlyMap<string, readonly NamedField[]> = fieldsByName();

/** The fields that a column of this heading may be; currencies in it are passed over. */
export function fieldsNamed(heading: string): readonly NamedField[] {
  const whole = FIELDS_BY_NAME.get(plainNameOf(heading));
  return whole ?? FIELDS_BY_NAME.get(plainNameOf(heading.replace(CURRENCIES, ' '))) ?? [];
}

/**
 * A heading without what differs between sheets that mean the same: case, accents, spaces and
 * punctuation, and remarks in brackets: `Rate (USD/min)` is `rate`.
 */
export function plainNameOf(heading: string): string {
  return heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[([{][^)\]}]*[)\]}]?/g, ' ')
    .replace(/[^a-z0-9]/g, '');
}

const CURRENCIES = /\b(?:in |per )?(?:usd|eur|gbp|us\$|cents?)|[$€£¢]/gi;

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}

function fieldsByName(): Map<string, NamedField[]> {
  const byName = new Map<string, NamedField[]>();
  for (const [field, names] of Object.entries(COLUMN_NAMES) as [Field, readonly string[]][]) {
    for (const [rank, name] of names.entries()) {
      byName.set(name, [...(byName.get(name) ?? []), { field, rank }]);
    }
  }
  return byName;
}
