using System.Security.Cryptography.X509Certificates;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A member's TLS key is known by the SHA-256 of its SubjectPublicKeyInfo; names, dates and issuers in the
/// certificate mean nothing.</summary>
public static class TlsPins
{
    public static Digest Of(X509Certificate2 certificate) =>
        Digest.Sha256(certificate.PublicKey.ExportSubjectPublicKeyInfo());
}
