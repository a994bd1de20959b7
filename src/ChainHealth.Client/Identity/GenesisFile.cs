using System.Text;
using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>genesis.bin and its reading for people beside it.</summary>
public static class GenesisFile
{
    public const int BytesMax = 1024 * 1024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <exception cref="NetworkFolderException">No network folder, or the genesis is damaged.</exception>
    public static Genesis Read(string networkFolder)
    {
        var folder = new NetworkFolder(networkFolder);
        if (!Directory.Exists(folder.Root))
        {
            throw new NetworkFolderException($"{folder.Root}: there is no such network folder");
        }

        if (!File.Exists(folder.GenesisFile))
        {
            throw new NetworkFolderException(
                $"{folder.Root}: no genesis.bin: not a network folder, or its creation was interrupted");
        }

        byte[] content = SecretFile.Read(folder.GenesisFile, BytesMax);
        return TryDecode(content, out string? fault)
            ?? throw new NetworkFolderException($"{folder.GenesisFile}: damaged: {fault}");
    }

    /// <summary>Null, with the reason, where the bytes are no genesis that a network can start from.</summary>
    public static Genesis? TryDecode(ReadOnlySpan<byte> content, out string? fault)
    {
        var reader = new CanonicalReader(content);
        var genesis = new Genesis(
            reader.Text(Member.NameBytesMax), new Instant(reader.Int64()),
            reader.List(Genesis.MembersMax, (ref CanonicalReader r) => Member.Read(ref r)));
        fault = reader.Finish() ? ContentFault(genesis) : reader.Fault;
        return fault is null ? genesis : null;
    }

    internal static void Write(NetworkFolder folder, Genesis genesis)
    {
        var text = new
        {
            chain = genesis.Hash().ToString(),
            name = genesis.Name,
            time = genesis.Time.ToString(),
            members = genesis.Members.Select(m => new
            {
                id = m.Id.Value,
                name = m.Name,
                role = m.Role.ToString(),
                signingKey = m.SigningKey.ToString(),
                tlsPin = m.TlsPin.ToString(),
                encryptionKey = m.EncryptionKey.ToString(),
                endpoint = m.Endpoint,
            }),
        };
        File.WriteAllText(folder.GenesisText, JsonSerializer.Serialize(text, Indented) + "\n", new UTF8Encoding(false));
        using var file = new FileStream(folder.GenesisFile, FileMode.CreateNew, FileAccess.Write);
        file.Write(GenesisCodec.Encode(genesis));
        file.Flush(flushToDisk: true);
    }

    private static string? ContentFault(Genesis genesis)
    {
        int validators = genesis.Members.Count(m => m.Role == MemberRole.Validator);
        if (!Quorum.IsValid(validators))
        {
            return $"{validators} validators, not 3f+1";
        }

        if (genesis.Members.Select(m => m.Id).Distinct().Count() != genesis.Members.Length
            || genesis.Members.Select(m => m.Name).Distinct().Count() != genesis.Members.Length
            || genesis.Members.Select(m => m.SigningKey).Distinct().Count() != genesis.Members.Length
            || genesis.Members.Select(m => m.TlsPin).Distinct().Count() != genesis.Members.Length)
        {
            return "two members share an id, a name or a key";
        }

        Member? bad = genesis.Members.FirstOrDefault(
            m => m.Role == MemberRole.Validator && MemberEndpoint.TryParse(m.Endpoint) is null);
        return bad is null ? null : $"'{bad.Endpoint}' of {bad.Name} is no host:port";
    }
}
