using System.Collections.Frozen;
using System.IO.Compression;
using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Refuses passwords that guessers try first: one of the list (common-passwords.md), or two, with little
/// beside them, and whatever holds the person's own name. Costs at most a few milliseconds.</summary>
public sealed class CommonPasswords : IPasswordValidator<Account>
{
    /// <summary>Characters that are left when the listed phrases are taken away.</summary>
    public const int OwnCharactersMin = 6;

    private const int PhrasesMax = 2;
    private const int PhraseLengthMin = 4;
    private const int NameLengthMin = 3;

    /// <summary>Letters as they are disguised, and what they stand for.</summary>
    private const string Disguised = "01345789@$!";
    private const string Plain = "oleastbgasi";

    private static readonly Lazy<FrozenSet<string>> List = new(Load);

    /// <summary>Phrases in the list.</summary>
    public static int Count => List.Value.Count;

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        string given = (password ?? "").ToLowerInvariant();
        if (IsCommon(given))
        {
            return Refuse("PasswordTooCommon", Say.With(Words.PasswordTooCommon, OwnCharactersMin));
        }

        return Holds(given, user.UserName) || Holds(given, user.Email?.Split('@')[0])
            ? Refuse("PasswordHoldsName", Words.PasswordHoldsName)
            : Task.FromResult(IdentityResult.Success);
    }

    private static bool Holds(string password, string? name) => name is { Length: >= NameLengthMin }
        && password.Contains(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsCommon(string password)
    {
        string rest = password;
        for (int phrase = 0; phrase < PhrasesMax && Longest(rest) is { Length: > 0 } found; phrase++)
        {
            rest = rest.Remove(found.Start, found.Length);
            if (rest.Length < OwnCharactersMin)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The longest listed phrase in the text, as it stands or undisguised; length 0 where there is none.
    /// </summary>
    private static (int Start, int Length) Longest(string text)
    {
        string plain = string.Concat(text.Select(c => Disguised.IndexOf(c) is >= 0 and var at ? Plain[at] : c));
        var list = List.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int length = text.Length; length >= PhraseLengthMin; length--)
        {
            for (int start = 0; start + length <= text.Length; start++)
            {
                if (list.Contains(text.AsSpan(start, length)) || list.Contains(plain.AsSpan(start, length)))
                {
                    return (start, length);
                }
            }
        }

        return default;
    }

    private static FrozenSet<string> Load()
    {
        const string Name = "common-passwords.txt.gz";
        using Stream packed = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"'{Name}' is missing from the program");
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var phrases = new List<string> { "chainhealth" };
        while (reader.ReadLine() is { } line)
        {
            phrases.Add(line);
        }

        return phrases.ToFrozenSet(StringComparer.Ordinal);
    }

    private static Task<IdentityResult> Refuse(string code, string text) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = text }));
}
