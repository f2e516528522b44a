import { FOREIGN_ADDRESS, FOREIGN_PERSON } from './languages.js';
import { squash } from './header-text.js';
import { ADDRESS_FIELDS, PERSON_FIELDS, type AddressField, type PersonField } from './plan.js';

/** Columns that give a part of a field and are joined with the rest of it. */
export type PersonPart = 'last_name_prefix' | 'second_last_name';
export type AddressPart =
  | 'house_number'
  | 'house_number_last'
  | 'house_number_suffix'
  | 'street_direction'
  | 'street_direction_last'
  | 'street_type'
  | 'care_of'
  | 'building'
  | 'floor'
  | 'urbanization'
  | 'street3'
  | 'street4';

/** What each part is a part of. */
export const PERSON_PARTS: Readonly<Record<PersonPart, PersonField>> = {
  last_name_prefix: 'last_name',
  second_last_name: 'last_name',
};
export const ADDRESS_PARTS: Readonly<Record<AddressPart, AddressField>> = {
  house_number: 'street',
  house_number_last: 'street',
  house_number_suffix: 'street',
  street_direction: 'street',
  street_direction_last: 'street',
  street_type: 'street',
  care_of: 'street2',
  building: 'street2',
  floor: 'street2',
  urbanization: 'street2',
  street3: 'street2',
  street4: 'street2',
};

/** Parts that are joined only when the mapping file says so: what a bare `B` or `3` means is not certain. */
export const PARTS_BY_MAPPING: ReadonlySet<string> = new Set<AddressPart>([
  'care_of',
  'building',
  'floor',
  'urbanization',
]);

// Written as `squash` leaves them.
const PERSON: Readonly<Record<PersonField | PersonPart, string>> = {
  first_name: `first fname givenname givennames forename forenames firstnames christianname legalfirstname
    namefirst firstgivenname`,
  middle_name: `middle mname mi middleinitial middlenames middlenameinitial secondname legalmiddlename namemiddle
    additionalname`,
  last_name: 'last lname surname surnames familyname lastnames familynames legallastname namelast',
  dob: `dateofbirth birthdate birthday birthdt bday dobdate dateborn birthdatemmddyyyy dateofbirthmmddyyyy
    dateofbirthyyyymmdd dobmmddyyyy dobyyyymmdd`,
  ssn: `social socialsecurity socialsecuritynumber socialsecuritynum socialsecurityno socialsecuritynr ssnumber
    ssnumbers ssnno ssnumb ssnnumber ssno ssnum fullssn ssnfull socialsecno`,
  phone: `phonenumber phoneno phonenum tel telephone telephonenumber telephoneno telno mobile mobilenumber
    mobileno mobilephone mobilephonenumber cell cellnumber cellphone cellphonenumber homephone homephonenumber
    primaryphone primaryphonenumber daytimephone contactnumber contactphone phonemobile phonehome phonecell
    personalphone hometelephone mobiletelephone`,
  phone_country_code: `dialcode dialingcode diallingcode callingcode phonecode phoneprefix phonecountry
    phonecountryprefix phonedialcode countrycallingcode countrydialcode countrydialingcode countryphonecode
    telephonecountrycode mobilecountrycode`,
  email:
    'emailaddress emailaddr emailid mail primaryemail primaryemailaddress personalemail homeemail contactemail',
  brand_person_id: 'brandperson brandpersonuuid bondpersonid',
  external_id: `id accountid acctid accountnumber accountno acctnumber acctno customernumber customerno
    customerref customerreference clientnumber clientno clientref membernumber memberno usernumber extid
    externalref externalreference externalkey externaluserid uid uuid guid recordid legacyid sourceid crmid`,
  last_name_prefix: 'lastnameprefix surnameprefix',
  second_last_name: 'secondlastname secondsurname',
};

const ADDRESS: Readonly<Record<AddressField | AddressPart, string>> = {
  address_type: 'addresskind typeofaddress addrtype',
  street: `address addr address1 addr1 addressline1 addrline1 addressline street1 streetline1 streetaddress
    streetaddress1 streetaddressline1 streetaddressline addressstreet1 streetnameandnumber streetname
    streetnumberandname streetandnumber streetandhousenumber`,
  street2: `address2 addr2 addressline2 addrline2 streetline2 streetaddress2 streetaddressline2 apt aptno
    aptnumber aptunit aptsuite aptsuiteunit aptunitsuite apartment apartmentno apartmentnumber apartmentsuite
    apartmentsuiteetc apartmentunit suite suiteno suitenumber suiteunit suiteapt ste unit unitno unitnumber
    unitapt secondaryaddress addresscomplement extendedaddress addresscontinued`,
  city: 'town locality cityname citytown towncity cityortown cityvillage municipality suburb posttown',
  state: `province region stateprovince stateorprovince provincestate statecode provincecode regioncode
    stateregion stateprovinceregion stateprovincecode stateterritory statename stateabbr stateabbreviation usstate
    provinceregion territory`,
  zip_code: `zip zip5 postal postalcode postcode zippostal zippostalcode zippostcode ziporpostalcode
    zipcodepostalcode postalcodezip postalzip postalzipcode zippost pincode eircode`,
  country: `countrycode countryname countryregion isocountry isocountrycode countryiso countryiso2
    countryiso3 countryisocode countryalpha2 countryalpha3 countryofresidence`,
  is_primary: 'isprimaryaddress primaryaddressflag primaryflag isdefaultaddress',
  house_number:
    'houseno housenum housenr streetnumber streetno streetnum streetnr buildingnumber addressnumber civicnumber',
  house_number_last: '',
  house_number_suffix: 'streetnumbersuffix housenumberaddition',
  street_direction: `predir predirection predirectional streetpredir streetpredirection streetdir streetprefix
    directionprefix dirprefix stpredir`,
  street_direction_last: `postdir postdirection postdirectional streetpostdir streetpostdirection directionsuffix
    dirsuffix stpostdir`,
  street_type: 'streetsuffix streettypesuffix',
  care_of: 'careofname inthecareof',
  building:
    'buildingname bldg bldgname subbuilding block tower wing gebaude edificio batiment gebouw bloque bloco',
  floor: 'floorno floornumber floorlevel storey etage stockwerk andar verdieping',
  urbanization: 'urbanizacion colonia barrio bairro',
  street3: 'address3 addr3 addressline3 addrline3 streetline3 streetaddress3 streetaddressline3',
  street4: 'address4 addr4 addressline4 addrline4 streetline4 streetaddress4 streetaddressline4',
};

/** Words that mean a field only where an address is spoken of: `address2_type`, `mailing line 1`. */
export const WITHIN_ADDRESS: ReadonlyMap<string, AddressField | AddressPart> = new Map([
  ['type', 'address_type'],
  ['kind', 'address_type'],
  ['line1', 'street'],
  ['line2', 'street2'],
  ['line3', 'street3'],
  ['line4', 'street4'],
  ['primary', 'is_primary'],
  ['default', 'is_primary'],
  ['isdefault', 'is_primary'],
]);

export const PERSON_NAMES = namesOf(PERSON, FOREIGN_PERSON);
export const ADDRESS_NAMES = namesOf(ADDRESS, FOREIGN_ADDRESS);

/** Headers that are no field though they look like one, or that hold a part of somebody; with the reason where there is one. */
const NO_FIELDS: Readonly<Record<string, string>> = {
  'county counties parish landkreisname': 'Bond has no field for a county',
  'suffix namesuffix generation generationalsuffix lastnamesuffix':
    'Bond has no field for it: if Jr. or III belongs to the name, write it behind the last name',
  'zip4 zipplus4 plus4 plusfour zipcode4 zipext zipextension zip4code zipsuffix':
    'Bond takes the last four of a ZIP+4 only behind the ZIP: 12345-6789',
  'unittype apttype apartmenttype secondarydesignator unitdesignator':
    'Bond has no field for it: write it before the number, as in Apt 4',
  'pobox postofficebox': 'Bond takes a P.O. box only as the street',
  'errors errorcodes': 'what was wrong before, for you alone',
  'name fullname completename displayname wholename contactname username login nickname businessname companyname company organization firm status title prefix salutation idnumber gender sex notes comment comments fax label type':
    '',
};

/** Why a known header is no field; '' when there is nothing to say; undefined when the header is not known. */
export const NO_FIELD: ReadonlyMap<string, string> = new Map(
  Object.entries(NO_FIELDS).flatMap(([names, why]) => names.split(' ').map((name) => [name, why] as const)),
);

function namesOf<F extends string>(
  english: Readonly<Record<F, string>>,
  foreign: Readonly<Partial<Record<F, string>>>,
): ReadonlyMap<string, F> {
  const names = new Map<string, F>();
  for (const field of keysOf(english)) {
    const all = `${squash(field)} ${english[field]} ${foreign[field] ?? ''}`;
    for (const name of all.split(/\s+/)) if (name !== '') names.set(name, field);
  }
  return names;
}

function keysOf<F extends string>(record: Readonly<Record<F, string>>): F[] {
  const fields = new Set<string>([
    ...PERSON_FIELDS,
    ...ADDRESS_FIELDS,
    ...Object.keys(PERSON_PARTS),
    ...Object.keys(ADDRESS_PARTS),
  ]);
  return Object.keys(record).filter((key): key is F => fields.has(key));
}
