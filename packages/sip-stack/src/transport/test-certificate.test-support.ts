import type { TlsOptions } from './listener.ts';

/** Made for tests alone: signs itself for sip.example.com and 127.0.0.1, good for a hundred years. */
export const testCertificate: TlsOptions = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIUA7graVZMyr5RxmyPfAavEmgqceswCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPc2lwLmV4YW1wbGUuY29tMCAXDTI2MTEyMTIzNDgyOVoYDzIx
MjYxMDI4MjM0ODI5WjAaMRgwFgYDVQQDDA9zaXAuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASaAt/OBIvRaGW+5eFnrOsWxfFj4HeVzbywfIkn
oN4hNh7UwmyAY/44K2rADkU2TygBPCJ/UZ1hxeb7tiUjjtkGo3UwczAdBgNVHQ4E
FgQUZlrTmjbEWfvQoenMfSz0zzRIrmIwHwYDVR0jBBgwFoAUZlrTmjbEWfvQoenM
fSz0zzRIrmIwIAYDVR0RBBkwF4IPc2lwLmV4YW1wbGUuY29thwR/AAABMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgJB4q1JAnRXwVFLUxjB0rUJhd
rkGDIXoO3TVSrF3UFRICIAvQ1Y1l/UN4Xu6ku0uGyOrhlnPI3LhgP/0E4KI9jH2w
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRIoQjUoWDElhvTGo
8iq+/G98R0efj3+LkVdnfT1NoryhRANCAASaAt/OBIvRaGW+5eFnrOsWxfFj4HeV
zbywfIknoN4hNh7UwmyAY/44K2rADkU2TygBPCJ/UZ1hxeb7tiUjjtkG
-----END PRIVATE KEY-----
`,
};
