using System.Text;
using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>genesis.bin and its reading for people beside it.</summary>
public static class GenesisFile
{
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

        byte[] content = SecretFile.Read(folder.GenesisFile, GenesisCodec.BytesMax);
        return TryDecode(content, out string? fault)
            ?? throw new NetworkFolderException($"{folder.GenesisFile}: damaged: {fault}");
    }

    /// <summary>Null, with the reason, where the bytes are no genesis that a network can start from.</summary>
    public static Genesis? TryDecode(ReadOnlySpan<byte> content, out string? fault)
    {
        Genesis? genesis = GenesisCodec.TryDecode(content, out fault);
        fault ??= EndpointFault(genesis!);
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

    private static string? EndpointFault(Genesis genesis)
    {
        Member? bad = genesis.Members.FirstOrDefault(
            m => m.Role == MemberRole.Validator && MemberEndpoint.TryParse(m.Endpoint) is null);
        return bad is null ? null : $"'{bad.Endpoint}' of {bad.Name} is no host:port";
    }
}
