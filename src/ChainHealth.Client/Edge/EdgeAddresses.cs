using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Where the edge servers listen: the file edges.json of the network folder, or the member's own record where
/// that names an endpoint. Not trusted: the TLS key decides who answers.</summary>
public sealed class EdgeAddresses
{
    private const long FileBytesMax = 1024 * 1024;

    private readonly ImmutableDictionary<string, string> _endpoints;

    private EdgeAddresses(ImmutableDictionary<string, string> endpoints) => _endpoints = endpoints;

    public static EdgeAddresses None { get; } = new(ImmutableDictionary<string, string>.Empty);

    public static EdgeAddresses Of(IEnumerable<KeyValuePair<string, string>> endpoints) =>
        new(endpoints.ToImmutableDictionary(StringComparer.Ordinal));

    /// <summary>None where the folder has no such file.</summary>
    /// <exception cref="NetworkFolderException">The file is damaged; the message names the entry.</exception>
    public static EdgeAddresses Load(NetworkFolder folder)
    {
        string path = folder.EdgeAddresses;
        try
        {
            if (!File.Exists(path))
            {
                return None;
            }

            if (new FileInfo(path).Length > FileBytesMax)
            {
                throw new NetworkFolderException($"{path}: larger than {FileBytesMax} bytes");
            }

            var read = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
            string? bad = read.FirstOrDefault(e => MemberEndpoint.TryParse(e.Value) is null).Key;
            return bad is null ? Of(read) : throw new NetworkFolderException(
                $"{path}: '{read[bad]}', the address of {bad}, is no host:port");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new NetworkFolderException($"{path}: {e.Message}", e);
        }
    }

    public void Save(NetworkFolder folder)
    {
        var sorted = new SortedDictionary<string, string>(_endpoints, StringComparer.Ordinal);
        string text = JsonSerializer.Serialize(sorted, new JsonSerializerOptions { WriteIndented = true });
        File.WriteAllText(folder.EdgeAddresses, text + "\n", new UTF8Encoding(false));
    }

    /// <summary>The member with the endpoint of its edge server; null where none is known.</summary>
    public Member? Locate(Member member) =>
        _endpoints.TryGetValue(member.Name, out string? endpoint) ? member with { Endpoint = endpoint }
            : member.Endpoint.Length > 0 ? member : null;
}
