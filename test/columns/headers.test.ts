import { describe, expect, test } from 'vitest';
import { explainHeaders } from '../../src/columns/columns.js';
import { announcesSsn, isWholeAddress, isWholeName } from '../../src/columns/field-names.js';
import { headerText } from '../../src/columns/header-text.js';

const fieldOf = (header: string): string | null | undefined =>
  explainHeaders([header], {}).readings[0]?.field;
const reasonOf = (header: string): string | undefined => explainHeaders([header], {}).readings[0]?.reason;
const fieldsOf = (headers: string): (string | null)[] =>
  explainHeaders(headers.split(';'), {}).readings.map(({ field }) => field);

describe('a note does not hide a field', () => {
  test.each([
    ['SSN (no dashes)', 'ssn'],
    ['SSN (9 digits)', 'ssn'],
    ['SSN / Tax ID', 'ssn'],
    ['SS#', 'ssn'],
    ['S.S. No.', 'ssn'],
    ['Phone (10 digits)', 'phone'],
    ['Phone (Home)', 'phone'],
    ['Phone*', 'phone'],
    ['* Phone', 'phone'],
    ['Phone #', 'phone'],
    ['Phone [US only]', 'phone'],
    ['Email/Login', 'email'],
    ['Login/Email', 'email'],
    ['Email or Username', 'email'],
    ['E-Mail (required)', 'email'],
    ['Email - required', 'email'],
    ['Email: (optional)', 'email'],
    ['Zip Code (5)', 'zip_code'],
    ['Zip (5 digits)', 'zip_code'],
    ['zip_code(5)', 'zip_code'],
    ['City (2)', 'city'],
    ['State (2-letter code)', 'state'],
    ['1. First Name', 'first_name'],
    ['2) Last Name', 'last_name'],
    ['First Name (legal)', 'first_name'],
    ['Name (First)', 'first_name'],
    ['Name (Last)', 'last_name'],
    ['Address (Street Address)', 'street'],
    ['Address (City)', 'city'],
    ['Address (State / Province)', 'state'],
    ['Address (ZIP / Postal Code)', 'zip_code'],
    ['City (Mailing)', 'mailing.city'],
    ['Street (home)', 'physical.street'],
    ['DOB (MM/DD/YYYY)', 'dob'],
    ['DOB MM/DD/YYYY', 'dob'],
    ['Date of Birth - DD.MM.YYYY', 'dob'],
    ['dob_yyyymmdd', 'dob'],
    ['users.email', 'email'],
    ['contact.firstName', 'first_name'],
    ['addresses[1].city', 'addresses.1.city'],
    ['Apt #', 'street2'],
    ['Account #', 'external_id'],
  ])('%s is %s', (header, field) => {
    expect(fieldOf(header)).toBe(field);
  });

  test.each([
    ...['SSN (last 4)', 'SSN last 4', 'Last 4 of SSN', 'SSN4', 'SSN (masked)', 'SSN (spouse)', 'Spouse SSN'],
    ...['Phone (work)', 'Work Phone', 'Phone (emergency)', 'Email (old)', 'Email (other)', 'Phone (type)'],
    ...['E-mail 1 - Type', 'Phone 1 - Label', 'Email Opt Out', 'Email 2', 'Phone 2', 'Fax', 'Mobile Carrier'],
    ...['County', 'Country of Birth', 'ID Number', 'Username', 'User Name', 'Business Name', 'Company Name'],
    ...['State Tax', 'City/State', 'City, State, Zip', 'Name', 'Full Name', 'Nickname', 'Middle Earth'],
    ...[
      'Zip4',
      'Zip+4',
      'Suffix',
      'Status',
      'Statement',
      'Unity',
      'Cellar',
      'Birthplace',
      'Phoneme',
      'Number',
    ],
    ...['Tax ID', 'TIN', 'ITIN', 'National ID', 'Title', 'Company', 'Address PO Box', 'Nome', 'Nombre', ''],
  ])('but %j is no field', (header) => {
    expect(fieldOf(header)).toBeNull();
  });
});

describe('a slip of the pen is told, another word is not', () => {
  test.each([
    ['Emial', 'email'],
    ['Frist Name', 'first_name'],
    ['Lastname_', null],
    ['Birt Date', 'dob'],
    ['Adress', 'street'],
    ['Zipcod', 'zip_code'],
    ['County', undefined],
    ['Name', undefined],
    ['Username', undefined],
    ['ID Number', undefined],
    ['Business Name', undefined],
    ['Status', undefined],
    ['Notes', undefined],
    ['Statement', undefined],
    ['Company', undefined],
  ])('%s: %s', (header, meant) => {
    if (meant !== null) expect(reasonOf(header)?.match(/did you mean (\w+)\?/)?.[1]).toBe(meant);
    else expect(fieldOf(header)).toBe('last_name');
  });

  test.each([
    ['Zip4', /behind the ZIP/],
    ['Zip+4', /behind the ZIP/],
    ['Suffix', /Jr\. or III/],
    ['Name Suffix', /Jr\. or III/],
    ['County', /no field for a county/],
    ['errors', /what was wrong before/],
    ['Tax ID', /shown masked; map it to ssn/],
    ['SSN (last 4)', /all nine digits/],
    ['Full Name', /holds the whole name/],
    ['City, State, Zip', /several fields of an address/],
    ['House Number', /only a part of street/],
  ])('%s: %s', (header, reason) => {
    expect(reasonOf(header)).toMatch(reason);
  });
});

test('a header announces an SSN or another number of an authority by whole words', () => {
  const announcing = [
    ...[
      'SSN',
      'Old SSN',
      'spouseSSN',
      'social_security_old',
      'SSN4',
      'custSsn',
      'SS#',
      'ss no',
      'Tax ID',
      'TaxID',
      'tAX iD',
    ],
    ...[
      'tax_id_number',
      'Taxpayer Identification Number',
      'TIN',
      'ITIN',
      'EIN/TIN',
      'National ID',
      'national_id_no',
    ],
    ...['Government ID Number', 'Govt ID', 'SVNR', 'Steuer-ID', 'DNI', 'CPF', 'BSN', 'Codice fiscale', 'NIF'],
    ...[
      'Sozialversicherungsnummer',
      'Número de Seguro Social',
      'Numéro de sécurité sociale',
      'Social Insurance Number',
    ],
  ];
  const others = [
    ...[
      'Business Name',
      'Address Number',
      'ID Number',
      'Assn',
      'Class Number',
      'Tax Exempt',
      'Tax Rate',
      'Tint',
    ],
    ...['Latin', 'Social Media', 'National', 'Government', 'Ess Number', 'Lessness', 'Notes', 'Identity'],
  ];
  expect(announcing.filter((header) => !announcesSsn(header))).toEqual([]);
  expect(others.filter((header) => announcesSsn(header))).toEqual(['Assn']);
});

test.each([
  ['Name', 'Full Name', 'customer name', 'CustomerName', 'Contact Name', 'Vollständiger Name', 'Nom complet'],
  ['Nombre y apellidos', 'Nome completo', 'Display Name', 'First & Last Name', 'Last, First Name'],
])('%s and others are whole names', (...headers) => {
  expect(headers.filter((header) => !isWholeName(header))).toEqual([]);
  expect(['Username', 'Business Name', 'Name Suffix'].filter(isWholeName)).toEqual([]);
});

test('several fields of an address in one cell are told by the header', () => {
  const whole = [
    'City/State',
    'City, State, Zip',
    'City & State',
    'Full Address',
    'PLZ/Ort',
    'Formatted Address',
  ];
  expect(whole.filter((header) => !isWholeAddress(header))).toEqual([]);
  expect(['Address', 'State/Province', 'Apt/Suite', 'Country/Region', 'City'].filter(isWholeAddress)).toEqual(
    [],
  );
});

test.each([
  ['DOB (MM/DD/YYYY)', 'MM/dd/yyyy'],
  ['DOB (mm/dd/yy)', 'MM/dd/yy'],
  ['dob_yyyymmdd', 'yyyyMMdd'],
  ['Date of Birth - DD.MM.YYYY', 'dd.MM.yyyy'],
  ['Birth Date YYYY-MM-DD', 'yyyy-MM-dd'],
  ['Geburtsdatum (TT.MM.JJJJ)', 'dd.MM.yyyy'],
  ['Date de naissance (JJ/MM/AAAA)', 'dd/MM/yyyy'],
  ['Fecha de nacimiento (DD/MM/AAAA)', 'dd/MM/yyyy'],
  ['Data di nascita (GG/MM/AAAA)', 'dd/MM/yyyy'],
  ['Geboortedatum (dd-mm-jjjj)', 'dd-MM-yyyy'],
  ['Date of Birth', undefined],
  ['DOB (as in passport)', undefined],
  ['Daddy', undefined],
])('%s says that dates are written %s', (header, format) => {
  expect(headerText(header).dateFormat).toBe(format);
});

describe('headers in other languages', () => {
  test.each<[string, string, (string | null)[]]>([
    [
      'German',
      'Kunden-Nr.;Anrede;Vorname;Nachname;Geburtsdatum;Straße;Hausnummer;Adresszusatz;PLZ;Ort;Bundesland;Land;Telefon;E-Mail-Adresse;Bemerkung',
      [
        'external_id',
        null,
        'first_name',
        'last_name',
        'dob',
        'street',
        'house_number_last',
        'street2',
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
        null,
      ],
    ],
    [
      'German in capitals, without umlauts',
      'KD_NR;VORNAME;NAME;GEBDAT;STRASSE;HAUSNR;POSTLEITZAHL;WOHNORT;HANDY;EMAIL',
      [
        'external_id',
        'first_name',
        'last_name',
        'dob',
        'street',
        'house_number_last',
        'zip_code',
        'city',
        'phone',
        'email',
      ],
    ],
    [
      'French',
      "N° client;Civilité;Nom;Prénom;Date de naissance;N° de rue;Rue;Complément d'adresse;Code postal;Ville;Région;Pays;Téléphone;Courriel",
      [
        'external_id',
        null,
        'last_name',
        'first_name',
        'dob',
        'house_number',
        'street',
        'street2',
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
      ],
    ],
    [
      'Spanish',
      'Número de cliente;Nombre;Primer Apellido;Segundo Apellido;Fecha de nacimiento;Calle;Número;Código postal;Ciudad;Provincia;País;Móvil;Correo electrónico',
      [
        'external_id',
        'first_name',
        'last_name',
        'second_last_name',
        'dob',
        'street',
        'house_number_last',
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
      ],
    ],
    [
      'Mexican Spanish',
      'ID cliente;Nombres;Apellido Paterno;Apellido Materno;Fecha Nac.;Calle;Num. Ext.;Num. Int.;CP;Municipio;Estado;Celular;Correo',
      [
        'external_id',
        'first_name',
        'last_name',
        'second_last_name',
        'dob',
        'street',
        'house_number_last',
        'street2',
        'zip_code',
        'city',
        'state',
        'phone',
        'email',
      ],
    ],
    [
      'Portuguese',
      'Código do cliente;Nome;Sobrenome;Data de nascimento;Logradouro;Número;Complemento;Bairro;CEP;Cidade;UF;País;Celular;E-mail',
      [
        'external_id',
        'first_name',
        'last_name',
        'dob',
        'street',
        'house_number_last',
        'street2',
        null,
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
      ],
    ],
    [
      'Italian',
      'Codice cliente;Cognome;Nome;Data di nascita;Indirizzo;Numero civico;CAP;Città;Provincia;Paese;Cellulare;Email',
      [
        'external_id',
        'last_name',
        'first_name',
        'dob',
        'street',
        'house_number_last',
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
      ],
    ],
    [
      'Dutch',
      'Klantnummer;Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;Straat;Huisnummer;Toevoeging;Postcode;Woonplaats;Provincie;Land;Telefoon;E-mailadres',
      [
        'external_id',
        'first_name',
        'last_name_prefix',
        'last_name',
        'dob',
        'street',
        'house_number_last',
        'house_number_suffix',
        'zip_code',
        'city',
        'state',
        'country',
        'phone',
        'email',
      ],
    ],
  ])('%s', (_language, headers, fields) => {
    expect(fieldsOf(headers)).toEqual(fields);
  });

  test.each([
    ['First Name;Name', ['first_name', null]],
    ['Name;Surname', [null, 'last_name']],
    ['Vorname;Name;Nachname', ['first_name', null, 'last_name']],
    ['Nome;Indirizzo', [null, 'street']],
    ['Num;Calle', [null, 'street']],
    ['City;No', ['city', null]],
  ])('of which a word may mean several things are read beside others: %s', (headers, fields) => {
    expect(fieldsOf(headers)).toEqual(fields);
  });
});
