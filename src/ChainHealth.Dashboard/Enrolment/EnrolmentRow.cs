using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Enrolment;

/// <summary>One way of an account to its member: from a code, over the keys that came with it, to the tie.</summary>
public sealed class EnrolmentRow
{
    public int Id { get; set; }

    public string AccountId { get; set; } = "";

    /// <summary>The code's hash in hexadecimal; the code itself is shown once and kept nowhere.</summary>
    public string CodeHash { get; set; } = "";

    public DateTime MadeAtUtc { get; set; }

    public DateTime ExpiresAtUtc { get; set; }

    /// <summary>When keys came with the code, which is used up from then on.</summary>
    public DateTime? RegisteredAtUtc { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The record that came, canonical bytes in hexadecimal; public keys only.</summary>
    public string Record { get; set; } = "";

    /// <summary>Number of the member that the account was tied to.</summary>
    public long? Member { get; set; }

    /// <summary>Why the chain's rules refused the proposal; else empty.</summary>
    public string Fault { get; set; } = "";

    public bool Open => RegisteredAtUtc is not null && Member is null && Fault.Length == 0;

    internal Member Candidate()
    {
        var reader = new CanonicalReader(Convert.FromHexString(Record));
        Member candidate = Primitives.Member.Read(ref reader);
        return reader.Finish() ? candidate
            : throw new InvalidDataException($"enrolment {Id}: a damaged record: {reader.Fault}");
    }

    internal static string Encode(Member record)
    {
        var writer = new CanonicalWriter(256);
        Primitives.Member.Write(writer, record);
        return Convert.ToHexStringLower(writer.Written);
    }
}
