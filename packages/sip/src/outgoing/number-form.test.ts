import { parseUri } from '@tandem/sip-stack';
import { describe, expect, it } from 'vitest';
import { calledUri } from './called-uri.ts';
import type { Destination } from './destination.ts';
import { addressInForm, readNumberForm } from './number-form.ts';

const written = (form: string, number: string): string => readNumberForm(form)!.write(number);

describe('the form of numbers towards a trunk', () => {
  it.each([
    ['as is', '0049301234567', '0049301234567'],
    ['', '+49301234567', '+49301234567'],
    ['+E164', '49301234567', '+49301234567'],
    ['+e.164', '0049301234567', '+49301234567'],
    ['+E164', '+49301234567', '+49301234567'],
    ['E164', '+49301234567', '49301234567'],
    ['national:49', '49301234567', '0301234567'],
    ['national:49:0', '442071234567', '00442071234567'],
    ['national:1:', '15551234567', '5551234567'],
    ['tel:', '49301234567', '+49301234567'],
    ['+E164', '49301234567;npdi;rn=+4930', '+49301234567;npdi;rn=+4930'],
    ['+E164', '112', '112'],
    ['+E164', '1234#49301234567', '1234#49301234567'],
    ['+E164', 'alice', 'alice'],
    ['E164', '0301234567', '0301234567'],
  ])('%s of %s is %s', (form, number, wanted) => {
    expect(written(form, number)).toBe(wanted);
  });

  it.each(['e165', 'national', 'national:abc', 'tel:49'])('%s is none', (form) => {
    expect(readNumberForm(form)).toBeUndefined();
  });

  it.each([
    ['+E164', '"A" <sip:49301234567@x:5070;a=b>', '"A" <sip:+49301234567@x:5070;a=b>'],
    ['tel:', '"A" <sip:49301234567@x>', '"A" <tel:+49301234567>'],
    ['tel:', '<sip:alice@x>', '<sip:alice@x>'],
    ['+E164', 'nonsense', 'nonsense'],
  ])('%s of the address %s is %s', (form, address, wanted) => {
    expect(addressInForm(address, readNumberForm(form)!)).toBe(wanted);
  });
});

describe('whom an INVITE calls', () => {
  const to = (uri: string, original?: string, form?: string) => {
    const parsed = parseUri(uri);
    if (parsed?.kind !== 'sip') throw new Error(uri);
    const destination = { uri, parsed } as Destination;
    return calledUri(destination, original, form === undefined ? undefined : readNumberForm(form));
  };

  it('is the destination byte for byte where nothing is asked', () => {
    const uri = 'sip:b%6Fb@192.0.2.1:5070;transport=tcp;x=%20';
    expect(to(uri)).toEqual({ uri, to: 'sip:b%6Fb@192.0.2.1:5070' });
  });

  it('keeps the parameters that came with the number', () => {
    const original = 'sip:+14155550100;npdi;rn=+14155550000@in.example.com;user=phone';
    expect(to('sip:14155550100@192.0.2.1', original).uri).toBe(
      'sip:14155550100;npdi;rn=+14155550000@192.0.2.1',
    );
    expect(to('sip:14155550100@192.0.2.1', original, '+E164').uri).toBe(
      'sip:+14155550100;npdi;rn=+14155550000@192.0.2.1',
    );
  });

  it('keeps those of a tel URI in its user part', () => {
    const original = 'tel:+1-415-555-0100;npdi;rn=+14155550000';
    expect(to('sip:14155550100@192.0.2.1', original, '+E164').uri).toBe(
      'sip:+14155550100;npdi;rn=+14155550000@192.0.2.1',
    );
  });

  it('loses them where another number is called', () => {
    const original = 'sip:+14155550100;npdi@in.example.com';
    expect(to('sip:99914155550100@192.0.2.1', original).uri).toBe('sip:99914155550100@192.0.2.1');
  });

  it('is a telephone number where the trunk wants those', () => {
    expect(to('sip:49301234567@192.0.2.1;transport=tcp', undefined, 'tel:')).toEqual({
      uri: 'sip:+49301234567@192.0.2.1;transport=tcp;user=phone',
      to: 'tel:+49301234567',
    });
  });
});
