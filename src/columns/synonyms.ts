import { distance } from 'fastest-levenshtein';
import { ADDRESS_FIELDS, PERSON_FIELDS, type AddressField, type PersonField } from './plan.js';

/** Which address a column belongs to: its number, counted from 1, or its type. */
export type AddressGroup = number | 'MAILING' | 'PHYSICAL';

/** What a header or a field name stands for; an address without `group` was given neither a number nor a type. */
export type Target =
  | { readonly of: 'person'; readonly field: PersonField }
  | { readonly of: 'address'; readonly field: AddressField; readonly group?: AddressGroup };

/** A name understood; `exact` when it is the contract's own word and not a synonym. */
export interface NameReading {
  readonly target: Target;
  readonly exact: boolean;
}

// Written as `squash` leaves them.
const PERSON_SYNONYMS: Readonly<Record<PersonField, string>> = {
  first_name: 'first fname givenname givennames forename forenames firstnames christianname legalfirstname',
  middle_name: 'middle mname mi middleinitial middlenames middlenameinitial secondname legalmiddlename',
  last_name: 'last lname surname familyname lastnames familynames legallastname',
  dob: `dateofbirth birthdate birthday birthdt bday dobdate dateborn birthdatemmddyyyy dateofbirthmmddyyyy
    dateofbirthyyyymmdd dobmmddyyyy dobyyyymmdd`,
  ssn: `social socialsecurity socialsecuritynumber socialsecuritynum socialsecurityno socialsecuritynr ssnumber
    ssnumbers ssnno ssnumb ssnnumber fullssn ssnfull socialsecno`,
  phone: `phonenumber phoneno phonenum tel telephone telephonenumber telephoneno telno mobile mobilenumber
    mobileno mobilephone mobilephonenumber cell cellnumber cellphone cellphonenumber homephone homephonenumber
    primaryphone primaryphonenumber daytimephone contactnumber contactphone`,
  phone_country_code: `dialcode dialingcode diallingcode callingcode phonecode phoneprefix phonecountry
    phonecountryprefix phonedialcode countrycallingcode countrydialcode countrydialingcode countryphonecode
    telephonecountrycode mobilecountrycode`,
  email:
    'emailaddress emailaddr emailid mail primaryemail primaryemailaddress personalemail homeemail contactemail',
  brand_person_id: 'brandperson brandpersonuuid bondpersonid',
  external_id: `id accountid acctid accountnumber accountno acctnumber acctno customernumber customerno
    customerref customerreference clientnumber clientno clientref membernumber memberno usernumber extid
    externalref externalreference externalkey externaluserid uid uuid guid recordid legacyid sourceid crmid`,
};

const ADDRESS_SYNONYMS: Readonly<Record<AddressField, string>> = {
  address_type: 'addresskind typeofaddress addrtype',
  street: `address addr address1 addr1 addressline1 addrline1 addressline street1 streetline1 streetaddress
    streetaddress1 streetaddressline1 streetaddressline addressstreet1 streetnameandnumber`,
  street2: `address2 addr2 addressline2 addrline2 streetline2 streetaddress2 streetaddressline2 apt aptno
    aptnumber aptunit aptsuite aptsuiteunit aptunitsuite apartment apartmentno apartmentnumber apartmentsuite
    apartmentsuiteetc apartmentunit suite suiteno suitenumber suiteunit suiteapt ste unit unitno unitnumber
    unitapt secondaryaddress addresscomplement`,
  city: 'town locality cityname citytown towncity cityortown cityvillage municipality suburb posttown',
  state: `province region stateprovince stateorprovince provincestate statecode provincecode regioncode
    stateregion stateprovinceregion stateprovincecode stateterritory statename stateabbr stateabbreviation usstate
    provinceregion territory`,
  zip_code: `zip zip5 postal postalcode postcode zippostal zippostalcode zippostcode ziporpostalcode
    zipcodepostalcode postalcodezip postalzip postalzipcode zippost pincode eircode`,
  country: `countrycode countryname countryregion isocountry isocountrycode countryiso countryiso2
    countryiso3 countryisocode countryalpha2 countryalpha3 countryofresidence`,
  is_primary: 'isprimaryaddress primaryaddressflag primaryflag isdefaultaddress',
};

/** Words that mean a field only where an address is spoken of: `address2_type`, `mailing line 1`. */
const WITHIN_ADDRESS: ReadonlyMap<string, AddressField> = new Map([
  ['type', 'address_type'],
  ['kind', 'address_type'],
  ['line1', 'street'],
  ['line2', 'street2'],
  ['primary', 'is_primary'],
  ['default', 'is_primary'],
  ['isdefault', 'is_primary'],
]);

const OWNER = /^(?:customer|client|user|member|contact|person|applicant|consumer|cardholder|subscriber)(?=.)/;
const TYPED =
  /^(?:(physical|home|residential|residence|legal|permanent)|(?:mailing|postal|correspondence))(.+)$/;

const PERSON_NAMES = namesOf(PERSON_FIELDS, PERSON_SYNONYMS);
const ADDRESS_NAMES = namesOf(ADDRESS_FIELDS, ADDRESS_SYNONYMS);

/** The letters and digits of a header, in lower case: what two spellings of one header share. */
export function squash(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}

/** What a header, or a field name of a mapping file, stands for; undefined when it is no known name. */
export function readField(text: string): NameReading | undefined {
  const name = squash(text);
  return readName(name) ?? readName(name.replace(OWNER, ''));
}

/** The name of a target, in a spelling that `readField` takes back: `dob`, `city`, `addresses.1.city`, `mailing.city`. */
export function fieldName(target: Target): string {
  if (target.of === 'person' || target.group === undefined || target.group === 1) return target.field;
  return typeof target.group === 'number'
    ? `addresses.${target.group - 1}.${target.field}`
    : `${target.group.toLowerCase()}.${target.field}`;
}

/** Whether a header announces a Social Security number, wherever in it the word stands. */
export function looksLikeSsn(header: string): boolean {
  const name = squash(header);
  // Not in the middle of a word: "Business Name" and "Address Number" hold these three letters as well.
  return (
    readField(header)?.target.field === 'ssn' ||
    name.includes('socialsecurity') ||
    /^ssn|ssn$|(?<![aeiou])ssn/.test(name) ||
    /(?<![A-Z])S[Ss][Nn]|(?<![A-Za-z])ssn/.test(header)
  );
}

/** Whether a header announces a whole name in one cell, which no field takes. */
export function isWholeName(header: string): boolean {
  return /^(?:full)?name$/.test(squash(header).replace(OWNER, ''));
}

/** The candidate most like `wanted`, if one is alike enough to have been meant. */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  return nearestOf([wanted], candidates);
}

/** The header most like any name of the field, if one is alike enough to have been meant. */
export function nearestHeader(
  field: PersonField | AddressField,
  headers: readonly string[],
): string | undefined {
  return nearestOf(everyNameOf(field), headers);
}

/** The field whose names are most like the header, if one is alike enough to have been meant. */
export function nearestField(header: string): string | undefined {
  const name = nearest(header, [...PERSON_NAMES.keys(), ...ADDRESS_NAMES.keys()]);
  return name === undefined ? undefined : (PERSON_NAMES.get(name) ?? ADDRESS_NAMES.get(name));
}

function readName(name: string): NameReading | undefined {
  const person = PERSON_NAMES.get(name) ?? PERSON_NAMES.get(name.replace(/1$/, ''));
  if (person !== undefined)
    return { target: { of: 'person', field: person }, exact: name === squash(person) };
  // Before any number is looked for: `address2` and `street_2` alone are the second line of the first address.
  const plain = outsideAddress(name);
  if (plain !== undefined) return { target: { of: 'address', field: plain }, exact: name === squash(plain) };

  const [, index, afterIndex = ''] = /^addresses(\d{1,2})(.+)$/.exec(name) ?? [];
  if (index !== undefined) return addressReading(Number(index) + 1, afterIndex);
  const [, number, afterNumber = ''] = /^addr(?:ess)?([1-9]\d?)(.+)$/.exec(name) ?? [];
  if (number !== undefined) return addressReading(Number(number), afterNumber);
  const [, physical, afterType = ''] = TYPED.exec(name) ?? [];
  if (afterType !== '') return addressReading(physical === undefined ? 'MAILING' : 'PHYSICAL', afterType);
  // `zip4` is the +4 of a ZIP; a third or fourth line of a street has no field.
  const [, before = '', last] = /^(.+?)([1-9]\d?)$/.exec(name) ?? [];
  const field = outsideAddress(before);
  if (field === undefined || field === 'street' || field === 'street2' || name === 'zip4') return undefined;
  return { target: { of: 'address', field, group: Number(last) }, exact: before === squash(field) };
}

function addressReading(group: AddressGroup, name: string): NameReading | undefined {
  const field = WITHIN_ADDRESS.get(name) ?? outsideAddress(name);
  return field && { target: { of: 'address', field, group }, exact: name === squash(field) };
}

/** The address field of a name that may begin with the word itself: `city`, `address_city`. */
function outsideAddress(name: string): AddressField | undefined {
  const [, rest = ''] = /^addr(?:ess)?(\D.*)$/.exec(name) ?? [];
  return ADDRESS_NAMES.get(name) ?? ADDRESS_NAMES.get(rest) ?? WITHIN_ADDRESS.get(rest);
}

function namesOf<F extends string>(
  fields: readonly F[],
  synonyms: Readonly<Record<F, string>>,
): ReadonlyMap<string, F> {
  return new Map(
    fields.flatMap((field) =>
      [squash(field), ...synonyms[field].split(/\s+/)].map((name) => [name, field] as const),
    ),
  );
}

function everyNameOf(field: PersonField | AddressField): string[] {
  return [...PERSON_NAMES, ...ADDRESS_NAMES].flatMap(([name, of]) => (of === field ? [name] : []));
}

function nearestOf(names: readonly string[], candidates: readonly string[]): string | undefined {
  const alike = candidates.flatMap((candidate) => {
    const unlikeness = Math.min(...names.map((name) => unlike(squash(name), squash(candidate))));
    return unlikeness === Infinity ? [] : [{ candidate, unlikeness }];
  });
  return alike.sort((a, b) => a.unlikeness - b.unlikeness)[0]?.candidate;
}

/** Edits between two names; Infinity when too many for either to be a slip of the other or a part of it. */
function unlike(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const edits = distance(short, long);
  const part = short.length * 2 > long.length && long.includes(short);
  const swapped = [short, long].map((name) => Array.from(name).sort().join(''));
  return part || swapped[0] === swapped[1] || edits <= Math.floor(long.length / 4) ? edits : Infinity;
}
