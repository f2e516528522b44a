import type { AddressField, PersonField } from './plan.js';
import type { AddressPart, PersonPart } from './synonyms.js';

/**
 * Headers in German, French, Spanish, Portuguese, Italian and Dutch, as `squash` leaves them.
 * Words that two languages use for different fields (`stato`, `provincia` of a country) are left out or stand once.
 */
export const FOREIGN_PERSON: Readonly<Partial<Record<PersonField | PersonPart, string>>> = {
  first_name: `vorname vornamen rufname prenom prenoms premierprenom primernombre primeronome nomeproprio
    voornaam voornamen roepnaam nomedibattesimo`,
  middle_name: `zweitervorname mittelname deuxiemeprenom autresprenoms segundonombre nomedomeio segundonome
    secondonome tweedevoornaam tweedenaam`,
  last_name: `nachname familienname zuname nom nomdefamille nomfamille apellido apellidos primerapellido
    apellidopaterno sobrenome apelido ultimonome cognome achternaam familienaam`,
  dob: `geburtsdatum geburtstag gebdatum gebdat datedenaissance datenaissance neele nele fechadenacimiento
    fechanacimiento fechanac fecnac datadenascimento datanascimento datanasc datadinascita datanascita
    natoil geboortedatum geborenam`,
  ssn: `numerodesegurosocial numerosegurosocial numdesegurosocial ussozialversicherungsnummer`,
  phone: `telefon telefonnummer telefonnr tel1 handy handynummer handynr mobiltelefon mobilnummer mobil rufnummer
    telefonprivat numerodetelephone numtel telport portable telephoneportable telmobile telefono numerodetelefono
    telefonomovil movil celular telefonocelular telefone numerodetelefone telefonecelular telemovel cellulare
    numeroditelefono telefoon telefoonnummer mobiel mobielnummer gsm`,
  phone_country_code:
    'landesvorwahl landervorwahl indicatif indicatifpays prefijo prefijopais prefisso landnummer',
  email: `emailadresse mailadresse elektronischepost courriel adresseemail adressemail adressecourriel
    adresseelectronique correo correoelectronico emailcorreo correioeletronico
    enderecodeemail postaelettronica indirizzoemail emailadres mailadres`,
  external_id: `kundennummer kundennr kundeid kundenid kdnr knr mitgliedsnummer mitgliedsnr debitorennummer
    numeroclient numclient nclient noclient numerodeclient idclient identifiant identifiantclient codeclient
    referenceclient numerodecliente numcliente nocliente idcliente codigocliente codigodocliente codigodecliente
    codcliente numerocliente codicecliente idutente klantnummer klantnr klantid relatienummer lidnummer`,
  last_name_prefix: 'tussenvoegsel tussenvoegsels voorvoegsel namensvorsatz',
  second_last_name: 'segundoapellido apellidomaterno',
};

export const FOREIGN_ADDRESS: Readonly<Partial<Record<AddressField | AddressPart, string>>> = {
  address_type:
    'adressart adresstyp typedadresse tipodedireccion tipodireccion tipodeendereco tipoindirizzo adrestype',
  street: `strasse strassehausnummer strasseundhausnummer strassehausnr strassenr strasseundnr strassennr str
    strassenname anschrift adresse adresszeile1 adresszeile adresse1 adresseligne1 rue nomderue nomdelarue voie
    nomdevoie libellevoie adressepostale direccion direccion1 domicilio calle callenumero calleynumero
    nombredelacalle endereco morada morada1 rua logradouro ruaenumero indirizzo indirizzo1
    viapiazza viaenumero viaenumerocivico adres adres1 adresregel1 straat straatnaam straathuisnummer
    straatenhuisnummer`,
  street2: `adresszusatz adresszusatz1 adrzusatz adresszeile2 zusatz adresse2 adresseligne2 complement complementdadresse
    complementadresse direccion2 complemento piso pisopuerta numerointerior numinterior noint numint
    morada2 endereco2 indirizzo2 interno adres2 adresregel2`,
  city: `ort stadt wohnort ortschaft gemeinde ville commune localite ciudad localidad municipio poblacion cidade
    localidade concelho citta comune localita plaats woonplaats stad gemeente`,
  state: `bundesland bundesstaat kanton etat departement estado provincia entidadfederativa departamento uf
    distrito ufestado siglaestado prov regione provincie regio`,
  zip_code: `plz postleitzahl postlz codepostal cp codigopostal codpostal cep cap codicepostale postnummer`,
  country: 'land staat pays paysderesidence pais paisderesidencia paese nazione landcode landeskennzeichen',
  is_primary:
    'hauptadresse hauptanschrift adresseprincipale direccionprincipal enderecoprincipal indirizzoprincipale',
  house_number:
    'numerodevoie numerovoie numvoie numerodelarue numeroderue numerorue nderue nrue novoie ndevoie',
  house_number_last: `hausnummer hausnr hsnr hnr numeroexterior numexterior noext numext
    numerodecalle numerodelacalle numerodacasa numeroporta numerocivico ncivico nrcivico civico huisnummer huisnr`,
  house_number_suffix:
    'hausnummerzusatz hausnrzusatz toevoeging huisnummertoevoeging huistoevoeging bisnummer extensao',
};

/** Names that are the last name beside a column of the first one, or the other way round; else the whole name. */
export const BESIDE_FIRST: ReadonlySet<string> = new Set(['name', 'naam']);
export const FIRST_BESIDE: ReadonlySet<string> = new Set([
  'vorname',
  'vornamen',
  'rufname',
  'voornaam',
  'voornamen',
  'roepnaam',
]);
export const BESIDE_LAST: ReadonlySet<string> = new Set(['nome', 'nombre', 'nombres']);

export const FOREIGN_WHOLE_NAMES =
  'vollername vollstaendigername vollstandigername nomcomplet nomprenom nometprenom prenomnom prenometnom nombrecompleto nombreyapellidos nombreapellidos apellidosynombre nomecompleto nomeecognome cognomeenome nomecognome cognomenome volledigenaam naamcompleet';

/** A house number where it stands right behind a street; anywhere else it may number anything. */
export const BEHIND_STREET: ReadonlySet<string> = new Set(['numero', 'num', 'nr', 'nro', 'no', 'n']);
