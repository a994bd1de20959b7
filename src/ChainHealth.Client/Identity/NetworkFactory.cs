using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Makes a new network: keys of every member, the genesis and the folders. Writes the genesis last, so that an
/// interrupted creation is recognised.</summary>
public static class NetworkFactory
{
    private const string FirstStartText =
        "This validator has never run. The file goes with its first start; never put it back.\n";

    /// <exception cref="NetworkFolderException">The options make no network, the folder is not empty, or it cannot be
    /// written; nothing half-made is left behind.</exception>
    public static Genesis Create(string directory, NetworkOptions options, TimeProvider? time = null)
    {
        if (options.Fault() is { } fault)
        {
            throw new NetworkFolderException(fault);
        }

        var folder = new NetworkFolder(directory);
        try
        {
            if (File.Exists(folder.Root))
            {
                throw new NetworkFolderException($"{folder.Root}: is a file, not a folder");
            }

            bool existed = Directory.Exists(folder.Root);
            if (existed && Directory.EnumerateFileSystemEntries(folder.Root).Any())
            {
                throw new NetworkFolderException($"{folder.Root}: exists and is not empty");
            }

            return CreateOrCleanUp(folder, existed, options, (time ?? TimeProvider.System).GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkFolderException($"{folder.Root}: cannot be written: {e.Message}", e);
        }
    }

    private static Genesis CreateOrCleanUp(
        NetworkFolder folder, bool existed, NetworkOptions options, DateTimeOffset now)
    {
        try
        {
            return Fill(folder, options, now);
        }
        catch
        {
            CleanUp(folder, existed);
            throw;
        }
    }

    private static void CleanUp(NetworkFolder folder, bool existed)
    {
        if (Directory.Exists(folder.Members))
        {
            Directory.Delete(folder.Members, recursive: true);
        }

        File.Delete(folder.EdgeAddresses);
        File.Delete(folder.GenesisText);
        File.Delete(folder.GenesisFile);
        if (!existed && Directory.Exists(folder.Root))
        {
            Directory.Delete(folder.Root);
        }
    }

    private static Genesis Fill(NetworkFolder folder, NetworkOptions options, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder.Root);
        ImmutableArray<string> endpoints = options.ValidatorEndpoints();
        var members = ImmutableArray.CreateBuilder<Member>();
        foreach ((string name, MemberRole role) in Cast(options))
        {
            string endpoint = role == MemberRole.Validator ? endpoints[members.Count] : "";
            members.Add(CreateMember(folder, new MemberId((uint)members.Count + 1), name, role, endpoint, now));
        }

        var genesis = new Genesis(options.Name, new Instant(now.ToUnixTimeMilliseconds()), members.ToImmutable());
        EdgeAddresses.Of(options.EdgeEndpoints()).Save(folder);
        GenesisFile.Write(folder, genesis);
        return genesis;
    }

    private static IEnumerable<(string Name, MemberRole Role)> Cast(NetworkOptions options)
    {
        for (int i = 1; i <= options.Validators; i++)
        {
            yield return (MemberNames.Validator(i), MemberRole.Validator);
        }

        for (int i = 1; i <= options.Hospitals; i++)
        {
            yield return (MemberNames.Hospital(i), MemberRole.Hospital);
        }

        yield return (MemberNames.Provider, MemberRole.Provider);
        yield return (MemberNames.Operator, MemberRole.Provider);
        yield return (MemberNames.Dashboard, MemberRole.Observer);
    }

    private static Member CreateMember(
        NetworkFolder folder, MemberId id, string name, MemberRole role, string endpoint, DateTimeOffset now)
    {
        CreatePrivateFolder(folder.Member(name));
        CreatePrivateFolder(folder.Store(name));
        if (role == MemberRole.Validator)
        {
            File.WriteAllText(Path.Combine(folder.Store(name), NetworkFolder.FirstStartName), FirstStartText);
        }

        using var keys = new MemberKeys(name, withEncryption: role == MemberRole.Validator, now);
        keys.Save(folder, name);
        string text = JsonSerializer.Serialize(new { member = id.Value, name });
        File.WriteAllText(folder.MemberFile(name), text + "\n", new UTF8Encoding(false));
        return new Member(id, name, role, keys.Signing.PublicKey, keys.TlsPin, keys.EncryptionKey, endpoint);
    }

    internal static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
