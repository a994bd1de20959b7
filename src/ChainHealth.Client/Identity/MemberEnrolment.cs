using System.Text;
using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Members that are not in the genesis, or have new keys since: their folder keeps the record that the chain
/// admitted beside the keys. The record is for its owner only; whoever meets the member asks the chain.</summary>
public static class MemberEnrolment
{
    /// <summary>Makes keys and folder of a candidate. Its record, with number 0, is what the validators vote on.
    /// </summary>
    /// <exception cref="NetworkFolderException">The name is taken, or the folder cannot be written.</exception>
    public static Member Create(
        string networkFolder, string name, MemberRole role, string endpoint = "", TimeProvider? time = null)
    {
        Genesis genesis = GenesisFile.Read(networkFolder);
        if (genesis.Members.Any(m => m.Name == name))
        {
            throw new NetworkFolderException($"{networkFolder}: the genesis has a member '{name}' already");
        }

        if (NameFault(name) is { } fault)
        {
            throw new NetworkFolderException(fault);
        }

        var candidate = new Member(default, name, role, default, default, default, endpoint);
        return CreateKeys(
            new NetworkFolder(networkFolder), name, candidate, (time ?? TimeProvider.System).GetUtcNow());
    }

    /// <summary>Null where a candidate may be named so: a folder bears its name.</summary>
    public static string? NameFault(string name) => name.Length is 0 or > Member.NameBytesMax
        || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"'{name}': a name has 1 to 64 letters, digits, '-' or '_'" : null;

    /// <summary>New keys for a member, in a folder beside its own until they are in force.</summary>
    /// <returns>The record as it shall be.</returns>
    public static Member CreateNextKeys(string networkFolder, Member member, TimeProvider? time = null) =>
        CreateKeys(
            new NetworkFolder(networkFolder), NextOf(member.Name), member, (time ?? TimeProvider.System).GetUtcNow());

    /// <summary>The record that the chain does not know yet: with the keys made last.</summary>
    public static Member RecordToCome(string networkFolder, string name)
    {
        var folder = new NetworkFolder(networkFolder);
        string next = NextOf(name);
        string path = folder.MemberFile(Directory.Exists(folder.Member(next)) ? next : name);
        using var json = JsonDocument.Parse(SecretFile.Read(path));
        return RecordIn(json.RootElement) ?? throw new NetworkFolderException(
            $"{path}: keeps no record: {name} is neither a candidate nor has new keys");
    }

    /// <summary>The chain knows the member under this record now: it is kept, and keys that were made for it take the
    /// place of the old ones, which stay beside them.</summary>
    public static void Adopt(string networkFolder, Member member)
    {
        var folder = new NetworkFolder(networkFolder);
        string own = folder.Member(member.Name), next = folder.Member(NextOf(member.Name));
        if (Directory.Exists(next))
        {
            string old = Path.Combine(own, "old-before-" + member.SigningKey.X.Short);
            NetworkFactory.CreatePrivateFolder(old);
            foreach (string file in Directory.EnumerateFiles(next).Select(f => Path.GetFileName(f)))
            {
                File.Move(Path.Combine(own, file), Path.Combine(old, file), overwrite: true);
                File.Move(Path.Combine(next, file), Path.Combine(own, file));
            }

            Directory.Delete(next, recursive: true);
        }

        WriteRecord(folder, member.Name, member);
    }

    /// <summary>The record that a member file keeps; null where it keeps none.</summary>
    internal static Member? RecordIn(JsonElement memberFile)
    {
        if (!memberFile.TryGetProperty("record", out JsonElement hex))
        {
            return null;
        }

        var reader = new CanonicalReader(Convert.FromHexString(hex.GetString() ?? ""));
        Member record = Member.Read(ref reader);
        return reader.Finish() ? record : throw new FormatException(reader.Fault);
    }

    private static string NextOf(string name) => name + ".next";

    private static Member CreateKeys(NetworkFolder folder, string folderName, Member member, DateTimeOffset now)
    {
        try
        {
            if (Directory.Exists(folder.Member(folderName)))
            {
                throw new NetworkFolderException($"{folder.Member(folderName)}: exists already");
            }

            NetworkFactory.CreatePrivateFolder(folder.Member(folderName));
            using var keys = new MemberKeys(member.Name, withEncryption: false, now);
            keys.Save(folder, folderName);
            Member record = member with
            {
                SigningKey = keys.Signing.PublicKey, TlsPin = keys.TlsPin, EncryptionKey = keys.EncryptionKey,
            };
            NetworkFactory.CreatePrivateFolder(folder.Store(folderName));
            WriteRecord(folder, folderName, record);

            return GenesisRules.MemberFault(record) is { } fault
                ? throw new NetworkFolderException($"{member.Name}: {fault}") : record;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkFolderException($"{folder.Root}: cannot be written: {e.Message}", e);
        }
    }

    private static void WriteRecord(NetworkFolder folder, string folderName, Member member)
    {
        var writer = new CanonicalWriter();
        Member.Write(writer, member);
        string text = JsonSerializer.Serialize(new
        {
            member = member.Id.Value, name = member.Name, record = Convert.ToHexStringLower(writer.Written),
        });
        File.WriteAllText(folder.MemberFile(folderName), text + "\n", new UTF8Encoding(false));
    }
}
