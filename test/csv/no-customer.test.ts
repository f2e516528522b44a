import { expect, test } from 'vitest';
import { read } from './support.js';

const header = ['id', 'first', 'last', 'dob', 'street'];

test.each([
  ['total_line', 'Total: 1'],
  ['total_line', 'Total,512'],
  ['total_line', 'TOTAL,,,,512'],
  ['total_line', 'Grand Total,,,,1,024'],
  ['total_line', ',,,Total,"1,024"'],
  ['total_line', 'Totals'],
  ['total_line', 'Subtotal,,3'],
  ['total_line', 'Sum,3'],
  ['total_line', 'Gesamt,512'],
  ['total_line', 'Gesamtsumme: 512'],
  ['count_line', '(512 rows affected)'],
  ['count_line', '(1 row)'],
  ['count_line', '(1,024 rows affected)'],
  ['count_line', '512 rows selected.'],
  ['count_line', '512 rows in set (0.02 sec)'],
  ['count_line', '512 record(s) exported'],
  ['count_line', 'Rows: 512'],
  ['count_line', 'Record count = 512'],
  ['count_line', 'Number of records: 512'],
  ['count_line', 'Total records: 512'],
  ['count_line', '512 Zeilen'],
  ['repeated_header', 'id,first,last,dob,street'],
  ['repeated_header', '"ID", First,LAST,dob ,street'],
  ['repeated_header', 'id,first,last,dob,street,,'],
  ['ruled_line', '-----,-----,-----,-----,-----'],
  ['ruled_line', '--,---------,--,-,-'],
  ['ruled_line', '=====,=====,=====,=====,====='],
  ['ruled_line', '----+----+----+----'],
  ['note_line', 'Page 1 of 3'],
  ['note_line', '*** End of report ***'],
  ['note_line', '-- end of file --'],
  ['note_line', 'EOF'],
  ['note_line', 'Generated on 11/24/2026 by admin, all rights reserved'],
  ['note_line', 'Confidential - internal use only'],
  ['note_line', '© 2026 Acme, Inc.'],
  ['note_line', 'TRL,2,20261125'],
  ['note_line', '\\.'],
  ['note_line', 'Trailer|000512'],
  ['type_line', 'string,string,string,date,varchar(40)'],
  ['type_line', 'uuid,VARCHAR2(50),VARCHAR2(50),DATE,'],
  ['type_line', 'Required,Required,Required,YYYY-MM-DD,max 40 characters'],
  ['heading_line', 'Region: West,,,,'],
  ['heading_line', ',,Oregon,,'],
  ['too_few_cells', 'Suite 5'],
  ['too_few_cells', 'a1,Nora,Vance'],
  ['too_few_cells', 'Totally, Ann'],
])('%s: %s', async (code, line) => {
  for (const content of [
    `${header.join(',')}\n1,2,3,4,5\n${line}\n`,
    `${header.join(',')}\n${line}\n1,2,3,4,5\n`,
  ]) {
    const { rows } = await read(content);
    expect(rows.map(({ malformed }) => malformed?.code).filter(Boolean)).toEqual([code]);
  }
});

test.each([
  ['Total,Ann,Total,1985-03-04,12 Elm St'],
  ['-,-,-,-,-'],
  ['512 rows,Ann,Lee,1985-03-04,12 Elm St'],
  ['id,first,last,dob,Street 5'],
  ['--,Ann,--,1985-03-04,12 Elm St'],
  ['Trailer,Ann,Lee,1985-03-04,12 Elm St'],
  ['NULL,NULL,NULL,NULL,NULL'],
  ['a1,Date,Text,1985-03-04,12 Elm St'],
])('a row with cells of its own is one: %s', async (line) => {
  const { rows } = await read(`${header.join(',')}\n${line}\n`);
  expect(rows[0]).not.toHaveProperty('malformed');
});

test('the line of the header is named', async () => {
  const { rows } = await read('\n\na,b\n1,2\na,b\n');
  expect(rows[1]?.malformed).toEqual({ code: 'repeated_header', args: { headerLine: 3 } });
});
