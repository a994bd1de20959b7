namespace ChainHealth.Client;

/// <summary>Where things lie in a network folder. The only place that spells these names.</summary>
public sealed class NetworkFolder(string root)
{
    /// <summary>In the data folder of a validator that has never run.</summary>
    public const string FirstStartName = "first-start";

    public string Root { get; } = Path.GetFullPath(root);

    public string GenesisFile => Path.Combine(Root, "genesis.bin");

    /// <summary>For people only; no program reads it.</summary>
    public string GenesisText => Path.Combine(Root, "genesis.json");

    /// <summary>Where the edge servers listen.</summary>
    public string EdgeAddresses => Path.Combine(Root, "edges.json");

    public string Members => Path.Combine(Root, "members");

    public string Logs => Path.Combine(Root, "logs");

    public string Member(string name) => Path.Combine(Members, name);

    public string MemberFile(string name) => Path.Combine(Member(name), "member.json");

    public string SigningKey(string name) => Path.Combine(Member(name), "signing.key");

    public string TlsKey(string name) => Path.Combine(Member(name), "tls.key");

    public string TlsCertificate(string name) => Path.Combine(Member(name), "tls.crt");

    /// <summary>Validators only.</summary>
    public string EncryptionKey(string name) => Path.Combine(Member(name), "encryption.key");

    /// <summary>The process's own store.</summary>
    public string Store(string name) => Path.Combine(Member(name), "data");
}
