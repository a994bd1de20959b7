using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Fresh keys of one member, from the operating system's randomness: secp256k1 for signatures, P-256 for TLS
/// and, for validators, P-256 ECDH for sealed share packages.</summary>
internal sealed class MemberKeys : IDisposable
{
    private const int CertificateYears = 20;

    private readonly ECDsa _tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly ECDiffieHellman? _encryption;

    public MemberKeys(string name, bool withEncryption, DateTimeOffset now)
    {
        Signing = NewSigningKey();
        _encryption = withEncryption ? ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256) : null;
        var request = new CertificateRequest($"CN={name}", _tls, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        _certificate = request.CreateSelfSigned(now.AddDays(-2), now.AddYears(CertificateYears));
    }

    public SigningKey Signing { get; }

    public Digest TlsPin => TlsPins.Of(_certificate);

    public ByteString EncryptionKey => _encryption is null
        ? ByteString.Empty
        : new ByteString(_encryption.ExportSubjectPublicKeyInfo());

    public void Save(NetworkFolder folder, string name)
    {
        byte[] secret = Signing.ExportSecret();
        byte[] line = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n");
        SecretFile.Create(folder.SigningKey(name), line);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(line);
        SaveKey(folder.TlsKey(name), _tls.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder.TlsCertificate(name), _certificate.ExportCertificatePem() + "\n");
        if (_encryption is not null)
        {
            SaveKey(folder.EncryptionKey(name), _encryption.ExportPkcs8PrivateKeyPem());
        }
    }

    public void Dispose()
    {
        Signing.Dispose();
        _tls.Dispose();
        _certificate.Dispose();
        _encryption?.Dispose();
    }

    private static void SaveKey(string path, string pem)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(pem + "\n");
        SecretFile.Create(path, bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static SigningKey NewSigningKey()
    {
        Span<byte> secret = stackalloc byte[SigningKey.Bytes];
        SigningKey? key;
        do
        {
            RandomNumberGenerator.Fill(secret);
            key = SigningKey.TryCreate(secret);
        }
        while (key is null);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }
}
