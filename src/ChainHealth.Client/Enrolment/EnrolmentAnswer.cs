using ChainHealth.Primitives;

namespace ChainHealth.Client;

public enum EnrolmentStage : byte
{
    /// <summary>Registered; the chain has not taken the proposal yet.</summary>
    Proposing = 1,

    /// <summary>The validators vote.</summary>
    Voting = 2,

    /// <summary>Admitted, and tied to the account.</summary>
    Member = 3,

    /// <summary>The chain's rules refused the proposal; a new code is needed.</summary>
    Refused = 4,
}

/// <summary>How an enrolment stands, as the dashboard says. The chain itself has the last word.</summary>
/// <param name="Votes">For the admission, so far.</param>
/// <param name="Needed">Votes that admit.</param>
/// <param name="Member">Number as a member; 0 before.</param>
/// <param name="Fault">Why it was refused; else empty.</param>
public sealed record EnrolmentAnswer(EnrolmentStage Stage, int Votes, int Needed, MemberId Member, string Fault)
{
    public static EdgeCodec<EnrolmentAnswer> Codec { get; } = new(
        (w, a) => w.Byte((byte)a.Stage).Int32(a.Votes).Int32(a.Needed).UInt32(a.Member.Value).Line(a.Fault),
        (ref CanonicalReader r) => new EnrolmentAnswer(
            r.Enum<EnrolmentStage>(), EdgeText.Number(ref r, 0, ushort.MaxValue),
            EdgeText.Number(ref r, 0, ushort.MaxValue), new MemberId(r.UInt32()), r.Text(EdgeLimits.TextBytesMax)));

    public static EnrolmentAnswer Refused(string fault) => new(EnrolmentStage.Refused, 0, 0, default, fault);
}
