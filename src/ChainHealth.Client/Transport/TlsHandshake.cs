using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Mutual TLS 1.3. TLS proves that the other side holds the key of the certificate it shows; whose key that is
/// the callers then ask by its pin, so that a stranger can be told why it is refused.</summary>
internal static class TlsHandshake
{
    /// <summary>Sent instead of a host name: members are known by keys, not by names.</summary>
    private const string TargetHost = "chainhealth";

    public static async Task<SslStream> ServeAsync(Stream stream, LinkIdentity self, CancellationToken cancellation)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = self.CertificateContext,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = NoChain(),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        return await RunAsync(tls, tls.AuthenticateAsServerAsync(options, cancellation));
    }

    public static async Task<SslStream> DialAsync(Stream stream, LinkIdentity self, CancellationToken cancellation)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = TargetHost,
            ClientCertificateContext = self.CertificateContext,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = NoChain(),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        return await RunAsync(tls, tls.AuthenticateAsClientAsync(options, cancellation));
    }

    /// <exception cref="LinkException">No certificate of a usable kind.</exception>
    public static Digest PeerPin(SslStream tls)
    {
        if (tls.RemoteCertificate is X509Certificate2 certificate)
        {
            return TlsPins.Of(certificate);
        }

        throw new LinkException("the other side showed no certificate");
    }

    private static async Task<SslStream> RunAsync(SslStream tls, Task handshake)
    {
        try
        {
            await handshake;
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
