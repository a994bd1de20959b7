using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A one-time code by which an edge server shows that an account of a hospital sent it: 100 random bits in
/// Crockford's base 32 (no letter that can be taken for a digit). Whoever issues it keeps its hash alone.</summary>
public sealed class EnrolmentCode
{
    public const int Letters = 20;

    private const int Group = 4;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly string _letters;

    private EnrolmentCode(string letters) => _letters = letters;

    /// <summary>In groups, as a person reads it. This is the secret.</summary>
    public string Reveal() => string.Join('-', _letters.Chunk(Group).Select(g => new string(g)));

    /// <summary>What may be kept and compared.</summary>
    public Digest Hash() => Digest.Of("enrolment-code", default, Encoding.ASCII.GetBytes(_letters));

    public static EnrolmentCode Make() => new(RandomNumberGenerator.GetString(Alphabet, Letters));

    /// <summary>Hyphens, spaces and small letters do not matter, nor O for 0, nor I and L for 1.</summary>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out EnrolmentCode? code)
    {
        code = null;
        var letters = new StringBuilder(Letters);
        foreach (char c in (typed ?? "").Where(c => c is not ('-' or ' ')))
        {
            char letter = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (letters.Length == Letters || !Alphabet.Contains(letter, StringComparison.Ordinal))
            {
                return false;
            }

            letters.Append(letter);
        }

        code = letters.Length == Letters ? new EnrolmentCode(letters.ToString()) : null;
        return code is not null;
    }

    /// <summary>Never shows the code.</summary>
    public override string ToString() => "enrolment code";
}
