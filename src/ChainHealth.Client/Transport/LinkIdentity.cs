using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Finds the member whose TLS key has this pin; null where there is none. Asked once for each connection, so
/// it may follow the ledger's members.</summary>
public delegate Member? MemberByPin(Digest pin);

/// <summary>Who we are on our connections, and whom we believe to be whom.</summary>
public sealed class LinkIdentity
{
    public const ushort CurrentVersion = 1;

    public LinkIdentity(Digest chain, X509Certificate2 certificate, MemberByPin resolve)
    {
        Chain = chain;
        Resolve = resolve;
        CertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
    }

    public Digest Chain { get; }

    public MemberByPin Resolve { get; }

    /// <summary>Protocol version that this build speaks; who speaks another one is refused.</summary>
    public ushort Version { get; init; } = CurrentVersion;

    internal SslStreamCertificateContext CertificateContext { get; }

    /// <summary>Knows the members of the genesis only.</summary>
    public static LinkIdentity Of(MemberIdentity identity) =>
        new(identity.Chain, identity.Certificate, ByGenesis(identity.Genesis));

    public static MemberByPin ByGenesis(Genesis genesis)
    {
        Dictionary<Digest, Member> members = genesis.Members.ToDictionary(m => m.TlsPin);
        return pin => members.GetValueOrDefault(pin);
    }
}
