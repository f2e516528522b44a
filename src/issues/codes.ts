import type { Args, Finding, Issue, Repair } from './issue.js';

/**
 * Every code that a results file may hold, but for Bond's own. In the words `{name}` is an argument, and what stands in
 * brackets is for the row alone: `[, is "{is}"]`, or `[for the row|for a count]`.
 */
interface Entry {
  readonly says: string;
  /** For the docs: what it means, and what cures it. */
  readonly meaning: string;
  readonly cure: string;
}

const LENGTH = {
  says: 'must have {min} to {max} characters[, has {is}]',
  meaning: 'The value is shorter or longer than Bond takes it.',
  cure: 'Shorten or complete the cell; `--rules minimal` lets Bond decide.',
} satisfies Entry;

const NAME = {
  says: 'must contain only letters, spaces and apostrophes, has "{has}"; --rules minimal lets Bond decide',
  meaning: 'By its documentation Bond takes no other character in a name; its editions disagree on this.',
  cure: 'Use `--rules minimal`, or `"rules": {"names": "minimal"}` in the mapping file: Bond decides then.',
} satisfies Entry;

const NAME_START = {
  says: 'must begin with a letter[, is "{is}"]',
  meaning: 'A name begins with something else than a letter.',
  cure: 'Correct the cell, or let Bond decide as above.',
} satisfies Entry;

const NAMESAKE_CURE =
  'If they are two people, put the row in a file of its own with a column of ids, named with `--key`, and import it with a `--ledger` of its own.';

export const CODES = {
  // The row as a whole.
  row_runs_on: {
    says: 'runs on[ to line {lastLine}]: look for a quote that is opened and not closed, the lines after it belong to other rows',
    meaning: 'A quote was opened and closed much later, so that other rows ended up in a cell of this one.',
    cure: 'Close the quote where the value ends, or remove it if it is stray.',
  },
  cells_run_on: {
    says: 'has [{cells}|another number of] cells, the header has {columns}: it runs on[ to line {lastLine}], look for a quote that is opened and not closed',
    meaning: 'The row goes over several lines and has too few or too many cells.',
    cure: 'Close the quote where the value ends, or remove it if it is stray.',
  },
  too_many_cells: {
    says: 'has [{cells}|more] cells, the header has {columns}: look for a {delimiter} inside a value that is not in quotes',
    meaning: 'The row has more cells than the header.',
    cure: 'Put the value that holds the delimiter in quotes.',
  },
  too_few_cells: {
    says: 'has [{cells} of {columns}|too few] cells: look for a missing {delimiter} or a line break inside a value that is not in quotes',
    meaning: 'The row has fewer cells than the header, and one that is missing has to be filled.',
    cure: 'Add the missing delimiters, or put the value that holds the line break in quotes.',
  },
  line_in_quotes: {
    says: 'the whole line is in one pair of quotes, so that it is one cell: remove the outer quotes, or export again',
    meaning: 'Something put quotes around the whole line.',
    cure: 'Remove the outer quotes, or export again.',
  },
  repeated_header: {
    says: 'repeats the header[ of line {headerLine}]: remove the line (are two files joined here?)',
    meaning: 'The line is the header once more, and no customer.',
    cure: 'Remove the line.',
  },
  ruled_line: {
    says: 'only dashes: a line that a database tool draws under the header; remove it',
    meaning: 'The line is a drawing, and no customer.',
    cure: 'Remove the line.',
  },
  unknown_escape: {
    says: 'has a backslash before something else than a quote: what it stands for is not certain; export again with doubled quotes ("") and no backslashes',
    meaning:
      'The file writes quotes as MySQL does, with a backslash before them, and this row has a backslash before something else.',
    cure: 'Export again with quotes doubled instead of escaped.',
  },
  total_line: {
    says: 'a total and not a customer: remove the line',
    meaning: 'The line adds up the rows above.',
    cure: 'Remove the line.',
  },
  count_line: {
    says: 'says how many rows an export had, and is not a customer: remove the line',
    meaning: 'A database tool wrote how many rows there are.',
    cure: 'Remove the line.',
  },
  note_line: {
    says: 'a note of the program that made the file, and not a customer: remove the line',
    meaning: 'Page, date or end of a report.',
    cure: 'Remove the line.',
  },
  type_line: {
    says: 'says what the columns hold (types, formats, required), and is not a customer: remove the line',
    meaning: 'A template or a database tool wrote the types of the columns below the header.',
    cure: 'Remove the line.',
  },
  heading_line: {
    says: 'has text in one cell alone: a heading among the rows, or a row without its data; remove or complete it',
    meaning: 'The line names a group of rows, or the rest of the row was lost.',
    cure: 'Remove the line, or fill its cells.',
  },
  duplicate: {
    says: 'same id as [row {row}|an earlier row]; not sent',
    meaning: 'An earlier row of the file has the same key.',
    cure: 'Remove one of the two rows.',
  },
  duplicate_differs: {
    says: 'same id as [row {row}|an earlier row]; not sent[; it differs in {columns}]',
    meaning: 'An earlier row of the file has the same key, and other cells.',
    cure: 'Find out which row is right, and remove the other.',
  },
  duplicate_address: {
    says: 'same id as [row {row}|an earlier row]; not sent[; it differs in {columns}]: put both addresses in one row (columns address2_street, address2_city, …)',
    meaning: 'An earlier row of the file has the same key, and another address.',
    cure: 'One row is one person: put the second address in the columns `address2_…` of the first row.',
  },
  duplicate_other_person: {
    says: 'same id as [row {row}|an earlier row], but another name and date of birth; not sent: is it the id of a person? if not, name another column with --key',
    meaning: 'Two people have one id.',
    cure: 'Name a column that tells people apart with `--key`, or correct the id.',
  },
  another_person: {
    says: 'the ledger knows another person under this id: name and date of birth are others than those that were sent; not sent',
    meaning: 'The id was used for somebody else before, in this file or in an earlier one.',
    cure: 'Find out whose id it is; where the file has an id that tells people apart, name it with `--key`.',
  },
  duplicate_name_dob: {
    says: 'same name and date of birth as [row {row}|an earlier row]; not sent',
    meaning: 'The file has no ids, and an earlier row has the same name and date of birth.',
    cure: 'Remove one of the two rows; if they are two people, add a column with ids and name it with `--key`.',
  },
  duplicate_namesake: {
    says: 'same name and date of birth as [row {row}|an earlier row], but all that both have of SSN, e-mail and phone differs; not sent: if they are two people, import this row from a file of its own, with a column of ids (--key) and another --ledger',
    meaning: 'The file has no ids, and two people seem to have the same name and date of birth.',
    cure: NAMESAKE_CURE,
  },
  another_namesake: {
    says: 'the ledger knows somebody of this name and date of birth, but all that both have of SSN, e-mail and phone differs from what was sent; not sent: look in Bond whether it is the same person; if not, import this row from a file of its own, with a column of ids (--key) and another --ledger',
    meaning: 'The file has no ids, and somebody else of this name and date of birth was sent before.',
    cure: NAMESAKE_CURE,
  },

  // Any cell.
  required: {
    says: 'is empty; a value is required',
    meaning: 'Bond takes no customer without this field.',
    cure: 'Fill the cell.',
  },
  column_missing: {
    says: 'has no column in the file; a value is required',
    meaning: 'Bond takes no customer without this field, and no column of the file holds it.',
    cure: 'Add the column, map it in the mapping file, or set a constant with `--set`.',
  },
  word_for_nothing: {
    says: '[is "{is}", |is ]a word that programs write for nothing; a value is required[{meant}]',
    meaning: 'NULL, N/A, None, - and the like stand where a program had nothing.',
    cure: 'Fill the cell; a person or place that is called so: `"accept": ["Null"]` in the mapping file.',
  },
  empty_word: {
    says: '[is "{is}", |is ]a word that programs write for nothing: --repair empty reads it as empty',
    meaning: 'NULL, N/A, None, - and the like stand in a cell that may be empty.',
    cure: '`--repair empty`; where the word is meant: `"accept"` in the mapping file.',
  },
  spreadsheet_error: {
    says: '[is "{is}", |is ]an error or formula of a spreadsheet: correct it and export again',
    meaning: 'A formula failed, or was exported itself, in place of a value.',
    cure: 'Correct the formula, or fill the cell.',
  },
  damaged_text: {
    says: 'has U+FFFD, which stands where a letter was lost: export it again as UTF-8',
    meaning: 'The text was read in a wrong encoding before, and letters were lost.',
    cure: 'Export the file again as UTF-8, or write the value anew.',
  },
  mojibake: {
    says: 'has [{has}, ]letters that come of text read in a wrong encoding: write it as it was, or export it again as UTF-8',
    meaning: 'Text such as `JosÃ©` was UTF-8 once and was read as something else; `M?ller` lost a letter.',
    cure: 'Export the file again as UTF-8, or write the value anew.',
  },
  html: {
    says: 'has [{has}, ]a code of web pages, mails or spreadsheets: write the character that is meant',
    meaning:
      'Text such as `&#39;`, `<br>`, `%20`, `=C3=A9` or `_x000D_` stands for a character in another program.',
    cure: 'Export plain text, or write the character itself.',
  },
  invisible_character: {
    says: 'has an invisible character[ ({character}, character {at} of the cell)]: remove it',
    meaning:
      'A character that nobody sees came along with the text: a control character, a zero-width space, a mark of direction.',
    cure: 'Remove it, or type the value anew.',
  },
  leftover_quoting: {
    says: 'has quotes or backslashes that are left over from another way of quoting: remove them',
    meaning: 'The file was made with other rules for quotes than CSV has.',
    cure: 'Remove them, or export again with double quotes, doubled inside a value.',
  },
  omitted: {
    says: 'is left out, for it is invalid ({reason}); the customer is sent without it',
    meaning: 'The cell is invalid, and `--omit-invalid` names its field.',
    cure: 'Nothing need be done; to send it, correct it before the first run.',
  },
  external_id_format: {
    says: '[is "{is}"|is a rounded number]: a spreadsheet dropped its last digits, which cannot be repaired; export the column as text',
    meaning: 'A spreadsheet wrote the id as a rounded number: many people may share what is left of it.',
    cure: 'Export the column as text.',
  },
  external_id_decimal: {
    says: '[is "{is}"|is written as an amount]: a program took the id for a number, and another export will write it otherwise; export the column as text',
    meaning:
      'With `101` last month and `101.0` today, or `1,024` and `1024`, everybody would be created twice.',
    cure: 'Export the column as text.',
  },
  external_id_is_ssn: {
    says: 'is the SSN of the row, and cannot be its id: name another column with --key',
    meaning: 'The key that is made of an id is written to files: an SSN could be found from it.',
    cure: 'Name another column with `--key`.',
  },
  brand_person_id_format: {
    says: 'must be a UUID[, is "{is}"]; if it is an id of your own, rename the column to external_id',
    meaning: '`brand_person_id` is a UUID at Bond.',
    cure: 'Correct the cell; a column of your own ids is called `external_id`, in the file or in the mapping file.',
  },

  // Names.
  first_name_format: NAME,
  middle_name_format: NAME,
  last_name_format: NAME,
  first_name_start: NAME_START,
  middle_name_start: NAME_START,
  last_name_start: NAME_START,
  middle_name_initial: {
    says: 'must have 2 to 50 characters[, is "{is}"]: --rules minimal sends an initial and lets Bond decide, --omit-invalid middle_name leaves it out',
    meaning: 'By its documentation Bond takes no middle name of one letter.',
    cure: 'Write the name in full, use `--rules minimal` (Bond decides), or leave it out with `--omit-invalid middle_name`.',
  },
  first_name_length: LENGTH,
  middle_name_length: LENGTH,
  last_name_length: LENGTH,

  // Dates of birth.
  dob_format: {
    says: '[is "{is}", |]expected {expected}',
    meaning: 'The cell is no date in the form that was expected.',
    cure: 'Write it as `YYYY-MM-DD`, or say with `--date-format` how the dates are written.',
  },
  dob_other_format: {
    says: '[is "{is}", |]expected {expected}; read it with --date-format [{readings}|{formats}]',
    meaning: 'The cell is a date in another form than was expected.',
    cure: 'Give the `--date-format` that reads the whole file.',
  },
  dob_time: {
    says: '[is "{is}", |]expected {expected}, without a time of day',
    meaning: 'There is a time of day behind the date: in another time zone it may be another day.',
    cure: 'Export the column as a date without a time.',
  },
  dob_serial: {
    says: '[is "{is}", |]expected {expected}; it looks like Excel\'s number for [{day}|a day]: --repair date',
    meaning: 'A spreadsheet wrote its own number of the day.',
    cure: '`--repair date` reads it.',
  },
  dob_calendar: {
    says: '[is "{is}", which |]is no day of the calendar as {expected}',
    meaning: 'There is no such day.',
    cure: 'Correct the cell.',
  },
  dob_early: {
    says: '[is "{is}"; |]the year must be {min} or later',
    meaning: 'The date is too long ago for a living person.',
    cure: 'Correct the cell.',
  },
  dob_future: {
    says: '[is "{is}", which |]is in the future',
    meaning: 'Nobody is born yet on that day.',
    cure: 'Correct the cell.',
  },

  // SSN: its value is never told.
  ssn_format: {
    says: 'must be nine digits, with or without dashes[, has {has}]',
    meaning: 'The cell is no SSN.',
    cure: 'Correct the cell, or leave it empty.',
  },
  ssn_signs: {
    says: 'has nine digits, but not as an SSN is written; write ###-##-#### or the nine digits alone',
    meaning: 'Other signs or another grouping: `33-3527584` is how an employer’s number is written.',
    cure: 'Find out whether it is the SSN, and write it as one.',
  },
  ssn_shortened: {
    says: 'a spreadsheet dropped its last digits, which cannot be repaired; export the column as text',
    meaning: 'A spreadsheet wrote the SSN as a rounded number.',
    cure: 'Export the column as text.',
  },
  ssn_masked: {
    says: 'is masked; Bond needs the nine digits, or leave it empty',
    meaning: 'Some digits were replaced by X or *.',
    cure: 'Export the SSN whole, or leave the cell empty.',
  },
  ssn_lost_zeros: {
    says: 'must be nine digits, with or without dashes[, has {has}]; Excel drops leading zeros: --repair ssn',
    meaning: 'A spreadsheet took the SSN for a number and dropped its leading zeros.',
    cure: '`--repair ssn` puts them back.',
  },
  ssn_decimal: {
    says: 'must be nine digits, with or without dashes; a spreadsheet made it a decimal: --repair ssn',
    meaning: 'A spreadsheet wrote the SSN as a decimal number.',
    cure: '`--repair ssn` takes the tail off.',
  },

  // Phone and e-mail.
  phone_format: {
    says: 'must be digits[, is "{is}"]',
    meaning: 'The cell is no telephone number.',
    cure: 'Correct the cell, or leave it empty.',
  },
  phone_two: {
    says: 'holds two numbers[, is "{is}"]: keep one',
    meaning: 'Bond takes one telephone number.',
    cure: 'Keep one of them.',
  },
  phone_long: {
    says: 'has more than 15 digits, which no telephone number has[, is "{is}"]',
    meaning: 'It is two numbers, or none.',
    cure: 'Correct the cell, or leave it empty.',
  },
  phone_prefix: {
    says: 'begins with the prefix of a call abroad, and no country’s number follows[, is "{is}"]',
    meaning: 'Numbers beginning with 00 or 011 go abroad: behind them stands a country code.',
    cure: 'Write + and the country code in place of the prefix.',
  },
  phone_plus: {
    says: 'begins with +{code}, which is not the code of {country}, where it would be a number without the +[: is "{is}"]',
    meaning: 'A plus was put before a number without its country code.',
    cure: 'Take the + off, or write the country code behind it.',
  },
  phone_extension: {
    says: 'must be digits, without an extension[, is "{is}"]',
    meaning: 'There is an extension or a word behind the number, for which Bond has no field.',
    cure: 'Take it off.',
  },
  phone_decimal: {
    says: 'must be digits[, is "{is}"]; a spreadsheet made it a decimal: --repair phone',
    meaning: 'A spreadsheet wrote the number as a decimal.',
    cure: '`--repair phone` takes the tail off.',
  },
  phone_shortened: {
    says: '[is "{is}"|is a rounded number]: a spreadsheet dropped its last digits, which cannot be repaired; export the column as text',
    meaning: 'A spreadsheet rounded the number.',
    cure: 'Export the column as text.',
  },
  phone_country: {
    says: 'must be a number that can exist under its country code[, is "{is}"]',
    meaning: 'No number of that country has this form.',
    cure: 'Correct the number or its country code.',
  },
  phone_country_code_format: {
    says: 'must be 1 to 3 digits[, is "{is}"]',
    meaning: 'The cell is no calling code of a country.',
    cure: 'Write the code alone, e.g. `1` or `44`.',
  },
  phone_country_code_decimal: {
    says: 'must be 1 to 3 digits[, is "{is}"]; a spreadsheet made it a decimal: --repair phone',
    meaning: 'A spreadsheet wrote the code as a decimal.',
    cure: '`--repair phone` takes the tail off.',
  },
  phone_country_code_contradicts: {
    says: '[is "{is}", but the phone number begins with +{phone}|is another code than the phone number begins with]',
    meaning: 'The number begins with another country code than its cell says.',
    cure: 'Correct one of the two.',
  },
  email_format: {
    says: 'must be one e-mail address like name@example.com[, is "{is}"]',
    meaning: 'The cell is not one e-mail address.',
    cure: 'Correct the cell, or leave it empty.',
  },

  // Addresses.
  address_required: {
    says: 'is empty; at least one address is required',
    meaning: 'The row has no address at all.',
    cure: 'Fill street, city, state, ZIP and country of one address.',
  },
  no_primary_address: {
    says: 'is false for every address of the row; one of them must be primary',
    meaning: 'Bond wants one primary address.',
    cure: 'Set one of them to true.',
  },
  address_type_format: {
    says: 'must be MAILING or PHYSICAL[, is "{is}"]',
    meaning: 'Bond knows these two types of address.',
    cure: 'Write one of them.',
  },
  is_primary_format: {
    says: 'must be true or false[, is "{is}"]',
    meaning: 'The cell says neither yes nor no.',
    cure: 'Write `true` or `false`.',
  },
  street_length: LENGTH,
  street_format: {
    says: 'must contain only letters, digits, spaces and . , _ - #, has "{has}"',
    meaning: 'By its documentation Bond takes no other character in a street.',
    cure: 'Write it otherwise; `--rules minimal` lets Bond decide.',
  },
  street2_length: LENGTH,
  city_length: LENGTH,
  state_format: {
    says: 'must be a two-letter US state code[, is "{is}"]',
    meaning: 'The cell is no state of the United States.',
    cure: 'Write its two letters, or correct the country.',
  },
  state_required_abroad: {
    says: 'is empty; Bond requires one: where a country has no states, give the region or the city',
    meaning: 'Bond takes no address without a state.',
    cure: 'Fill the cell with region or city.',
  },
  state_length: LENGTH,
  zip_code_format: {
    says: 'must be 5 digits or ZIP+4[, is "{is}"]',
    meaning: 'The cell is no ZIP code of the United States.',
    cure: 'Correct the cell, or the country.',
  },
  zip_code_lost_zeros: {
    says: 'must be 5 digits or ZIP+4[, is "{is}"]; Excel drops leading zeros: --repair zip',
    meaning: 'A spreadsheet took the ZIP for a number and dropped its leading zero.',
    cure: '`--repair zip` puts it back.',
  },
  zip_code_decimal: {
    says: 'must be 5 digits or ZIP+4[, is "{is}"]; a spreadsheet made it a decimal: --repair zip',
    meaning: 'A spreadsheet wrote the ZIP as a decimal number.',
    cure: '`--repair zip` takes the tail off.',
  },
  zip_code_length: LENGTH,
  country_format: {
    says: 'must be a two-letter country code (ISO 3166-1)[, is "{is}"]',
    meaning: 'The cell is no country that is known by code or name.',
    cure: 'Write the two letters.',
  },

  // What became of a row on its way to Bond.
  in_doubt: {
    says: '{why}; whether Bond made the customer is not known yet',
    meaning: 'The customer may have been created, and its id is not known.',
    cure: 'Run the same command again, or `bond-import reconcile`: the customers list tells.',
  },
  in_doubt_stopped: {
    says: 'the run stopped before its answer could be made sure of',
    meaning: 'The customer may have been created, and its id is not known.',
    cure: 'Run the same command again: it is settled first.',
  },
  in_doubt_unanswered: {
    says: 'was being sent when the run ended; the next run settles it',
    meaning: 'The program was killed between request and answer.',
    cure: 'Run the same command again: it is settled first.',
  },
  other_key: {
    says: 'Bond answered with another brand_person_id than was sent[ (customer_id {customer_id})]',
    meaning: 'A repeat might make a second customer, so the run stopped.',
    cure: 'Ask Bond why.',
  },
  key_exists: {
    says: 'Bond has a customer under this brand_person_id; its customer_id is not known yet',
    meaning: 'The customer exists, and the customers list has not shown it yet.',
    cure: 'Run the same command again, or `bond-import reconcile`.',
  },
  other_person: {
    says: 'Bond has another customer under this id[ (customer_id {customer_id})]: name and date of birth are others; give the row the id of its own person, or correct it',
    meaning: 'The customer that Bond has under this id is another person.',
    cure: 'Find out whose id it is.',
  },
  not_created: {
    says: 'the answer was lost, and Bond has no such customer; it will be sent again',
    meaning: 'It is certain that the customer was not created.',
    cure: 'Run the same command again.',
  },
  unreachable: {
    says: 'could not reach Bond: {why}',
    meaning: 'The request did not arrive; the customer was not created.',
    cure: 'Run the same command again when the way to Bond is free.',
  },
  gateway: {
    says: 'something in front of Bond answered {status}; Bond has not seen the row',
    meaning:
      "A gateway, proxy or firewall answered in a form that is not Bond's. The customer was not created.",
    cure: 'Run the same command again; if it stays so, ask those who run the network.',
  },
  forbidden: {
    says: 'answered 403, though the credentials are good[: {message}]',
    meaning: 'Bond, or a firewall in front of it, does not take what this row holds.',
    cure: 'Ask Bond; send it again with `--resend-rejected`.',
  },
  may_be: {
    says: 'may have been created: see whether it is one of these customers of Bond, and which[: {customer_ids}]',
    meaning:
      "The answer was lost, and customers of Bond's list may be this one: the same name and birth date, or none that can be read. It is not sent again, for that might make a second customer.",
    cure: 'Look the customers up at Bond. If one is the person, take the row out of the file; if none is, tell Bond that an answer was lost.',
  },
  not_listed: {
    says: 'Bond seems to have a customer under this id, and its customers list does not show which[; perhaps {customer_ids}]: ask Bond',
    meaning:
      "Bond refused the row, because the id exists as far as its words can be understood; they follow. The list was read to its end and shows no customer with it: it may leave ids out, the customer may have been deleted, or Bond's words mean something else.",
    cure: 'Ask Bond for the customer_id under this brand_person_id, and take the row out of the file.',
  },
  changed_since: {
    says: 'changed since it was created; the change was not sent',
    meaning:
      'The row was edited after its customer had been created. This program creates customers and changes none.',
    cure: 'Change the customer at Bond if need be.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type Code = keyof typeof CODES;

/** The names in braces in a pattern. */
type Names<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type ArgsOf<C extends Code> = Readonly<Record<Names<(typeof CODES)[C]['says']>, Args[string]>>;

/** A finding of our own, with the arguments that its words need. */
export function finding<C extends Code>(
  path: string,
  code: C,
  args: ArgsOf<NoInfer<C>>,
  repair?: Repair,
): Finding & { readonly code: C } {
  return { path, code, args, ...(repair && { repair }) };
}

/** An issue of the row as a whole, or of a column that is known already. */
export function issue<C extends Code>(column: string, code: C, args: ArgsOf<NoInfer<C>>): Issue {
  return { column, path: '', code, args };
}

export function isCode(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}
