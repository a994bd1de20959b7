using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>host:port, as member records spell it; IPv6 addresses stand in brackets.</summary>
public readonly record struct MemberEndpoint(string Host, int Port)
{
    public static MemberEndpoint? TryParse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 1 || text.Length > Member.EndpointBytesMax
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > ushort.MaxValue)
        {
            return null;
        }

        string host = text[..colon];
        if (host is ['[', .., ']'])
        {
            host = host[1..^1];
        }

        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new MemberEndpoint(host, port);
    }

    public override string ToString() => Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
