using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A member with its secrets, as one process uses it. Each key was compared with the genesis when it was
/// loaded.</summary>
public sealed class MemberIdentity : IDisposable
{
    internal MemberIdentity(
        NetworkFolder folder, Genesis genesis, Member member, SigningKey signingKey, X509Certificate2 certificate,
        ECDiffieHellman? encryptionKey)
    {
        Folder = folder;
        Genesis = genesis;
        Chain = genesis.Hash();
        Member = member;
        SigningKey = signingKey;
        Certificate = certificate;
        EncryptionKey = encryptionKey;
    }

    public NetworkFolder Folder { get; }

    public Genesis Genesis { get; }

    /// <summary>Hash of the genesis.</summary>
    public Digest Chain { get; }

    public Member Member { get; }

    public SigningKey SigningKey { get; }

    /// <summary>TLS certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>P-256 key to which share packages are sealed; null unless a validator.</summary>
    public ECDiffieHellman? EncryptionKey { get; }

    /// <summary>Folder of this process's own store.</summary>
    public string Store => Folder.Store(Member.Name);

    /// <exception cref="NetworkFolderException">A file is missing or damaged, or does not belong to the genesis.
    /// </exception>
    public static MemberIdentity Load(string networkFolder, string memberName) =>
        MemberIdentityFiles.Load(new NetworkFolder(networkFolder), memberName);

    public void Dispose()
    {
        SigningKey.Dispose();
        Certificate.Dispose();
        EncryptionKey?.Dispose();
    }

    public override string ToString() => $"{Member.Name} ({Member.Id}) of chain {Chain.Short}";
}
