using System.Globalization;

namespace ChainHealth.Cli;

/// <summary>KIND:COUNT, how many hospitals attack and how. The kinds themselves are known to the edge server.</summary>
public sealed record AttackSpec(string Kind, int Count)
{
    /// <summary>Null, with the reason, where the text is not KIND or KIND:COUNT.</summary>
    public static AttackSpec? TryParse(string text, out string? fault)
    {
        int colon = text.LastIndexOf(':');
        string kind = colon < 0 ? text : text[..colon];
        string count = colon < 0 ? "1" : text[(colon + 1)..];
        fault = kind.Length == 0 ? $"attack '{text}' names no kind"
            : !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1
                ? $"attack '{text}' has no count: expected KIND:COUNT with a count of at least 1"
                : null;
        return fault is null ? new AttackSpec(kind, int.Parse(count, CultureInfo.InvariantCulture)) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Count}");
}
