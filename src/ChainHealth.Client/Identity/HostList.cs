using System.Collections.Immutable;
using System.Globalization;

namespace ChainHealth.Client;

/// <summary>Where the members of a network on several machines listen: a text file with a line "NAME HOST:PORT" for
/// each validator, hospital and the provider; # begins a comment.</summary>
public static class HostList
{
    public const int BytesMax = 64 * 1024;

    private const string ValidatorPrefix = "validator-";
    private const string HospitalPrefix = "hospital-";

    /// <summary>The options with as many validators and hospitals as the list names, and their addresses.</summary>
    /// <exception cref="NetworkFolderException">The list is damaged or has a gap; the message names the line.
    /// </exception>
    public static NetworkOptions Apply(string path, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Dictionary<string, string> hosts = Read(path);
        int validators = CountOf(hosts, ValidatorPrefix, path), hospitals = CountOf(hosts, HospitalPrefix, path);
        if (!hosts.ContainsKey(MemberNames.Provider))
        {
            throw new NetworkFolderException($"{path}: names no '{MemberNames.Provider}'");
        }

        string? stranger = hosts.Keys.FirstOrDefault(n => n != MemberNames.Provider
            && NumberOf(n, ValidatorPrefix) is null && NumberOf(n, HospitalPrefix) is null);
        return stranger is not null
            ? throw new NetworkFolderException($"{path}: '{stranger}' is no {ValidatorPrefix}N, {HospitalPrefix}N or "
                + $"'{MemberNames.Provider}'")
            : options with
            {
                Validators = validators,
                Hospitals = hospitals,
                Endpoints = [.. Enumerable.Range(1, validators).Select(i => hosts[MemberNames.Validator(i)])],
                Edges = hosts.Where(h => NumberOf(h.Key, ValidatorPrefix) is null).ToImmutableDictionary(),
            };
    }

    private static Dictionary<string, string> Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > BytesMax)
        {
            throw new NetworkFolderException(
                file.Exists ? $"{path}: larger than {BytesMax} bytes" : $"there is no file {path}");
        }

        var hosts = new Dictionary<string, string>(StringComparer.Ordinal);
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            string[] words = text.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            string? fault = words.Length != 2 ? "a name and host:port are wanted"
                : MemberEndpoint.TryParse(words[1]) is null ? $"'{words[1]}' is no host:port"
                : hosts.ContainsValue(words[1]) ? $"{words[1]} stands twice"
                : !hosts.TryAdd(words[0], words[1]) ? $"'{words[0]}' stands twice" : null;
            if (fault is not null)
            {
                throw new NetworkFolderException($"{path}, line {line}: {fault}");
            }
        }

        return hosts;
    }

    /// <summary>Numbered from 1 without a gap.</summary>
    private static int CountOf(Dictionary<string, string> hosts, string prefix, string path)
    {
        int[] numbers = [.. hosts.Keys.Select(n => NumberOf(n, prefix)).OfType<int>().Order()];
        int gap = Enumerable.Range(1, numbers.Length).Except(numbers).FirstOrDefault();
        return gap == 0 ? numbers.Length
            : throw new NetworkFolderException($"{path}: {prefix}{gap} is missing, they are numbered from 1");
    }

    private static int? NumberOf(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && name == prefix + number.ToString(CultureInfo.InvariantCulture) ? number : null;
}
