using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>What a genesis must be like, and what each member in it or admitted later (LEDGER.md, rules G).</summary>
public static class GenesisRules
{
    /// <summary>Null when sound; else the member and the field.</summary>
    public static string? Fault(Genesis genesis)
    {
        if (genesis.Name.Length == 0 || Encoding.UTF8.GetByteCount(genesis.Name) > Member.NameBytesMax)
        {
            return $"genesis: the name needs 1 to {Member.NameBytesMax} bytes";
        }

        if (genesis.Time.UnixMs is < 0 or > BlockRules.UnixMsMax)
        {
            return "genesis: the time is out of range";
        }

        if (genesis.Members.IsDefault || genesis.Members.Length > Genesis.MembersMax)
        {
            return $"genesis: at most {Genesis.MembersMax} members";
        }

        int validators = genesis.Members.Count(m => m.Role == MemberRole.Validator);
        if (!Quorum.IsValid(validators))
        {
            return $"genesis: {validators} validators; they must number 3f+1, from {Quorum.MembersMin} to "
                + $"{Quorum.MembersMax} (4, 7, 10, ...)";
        }

        uint number = 0;
        foreach (Member member in genesis.Members)
        {
            number++;
            string? fault = member.Id.Value == number
                ? MemberFault(member) : $"has number {member.Id.Value}, {number} expected";
            if (fault is not null)
            {
                return $"genesis: member {number} '{member.Name}': {fault}";
            }
        }

        return DuplicateFault(genesis);
    }

    /// <summary>Null when the record is sound by itself.</summary>
    public static string? MemberFault(Member member)
    {
        bool validator = member.Role == MemberRole.Validator;
        return member.Name.Length == 0 || Encoding.UTF8.GetByteCount(member.Name) > Member.NameBytesMax
                ? $"the name needs 1 to {Member.NameBytesMax} bytes"
            : !Enum.IsDefined(member.Role) ? "unknown role"
            : member.SigningKey.Prefix is not (2 or 3) ? "the signing key is no compressed point"
            : member.EncryptionKey.Length > Member.EncryptionKeyBytesMax ? "the encryption key is too long"
            : Encoding.UTF8.GetByteCount(member.Endpoint) > Member.EndpointBytesMax ? "the endpoint is too long"
            : validator && member.EncryptionKey.Length == 0 ? "a validator needs an encryption key"
            : validator && member.Endpoint.Length == 0 ? "a validator needs an endpoint"
            : null;
    }

    private static string? DuplicateFault(Genesis genesis)
    {
        var names = genesis.Members.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1);
        if (names is not null)
        {
            return $"genesis: two members are named '{names.Key}'";
        }

        var keys = genesis.Members.GroupBy(m => m.SigningKey).FirstOrDefault(g => g.Count() > 1);
        var pins = genesis.Members.GroupBy(m => m.TlsPin).FirstOrDefault(g => g.Count() > 1);
        Member[]? twins = keys?.ToArray() ?? pins?.ToArray();
        return twins is null ? null : $"genesis: '{twins[0].Name}' and '{twins[1].Name}' share a key";
    }
}
