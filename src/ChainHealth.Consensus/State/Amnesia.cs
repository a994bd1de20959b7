using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>A replica that knows that it does not know what it voted for. Rules W4 to W6 of PROTOCOL.md.</summary>
internal sealed class Amnesia(ReplicaState state)
{
    private readonly SortedDictionary<ReplicaId, Height> _reports = [];

    private bool IsUnmeasured => state.SilentUpTo == VoteMark.Unknown;

    /// <summary>W5: once 2f+1 others have said where they stand, we know how far our votes may have gone.</summary>
    /// <param name="from">Of a session that was opened after our start.</param>
    /// <param name="committed">Proven by a certificate.</param>
    public void OnReport(ReplicaId from, Height committed)
    {
        if (!IsUnmeasured || from == state.Setup.Self)
        {
            return;
        }

        _reports[from] = committed;
        if (_reports.Count < state.Quorum.Size)
        {
            return;
        }

        Height highest = _reports.Values.Append(state.Tip.Height).Max();
        var upTo = new Height(highest.Value + state.RejoinHeights);
        _reports.Clear();
        state.SilentUpTo = upTo;
        state.Mark = state.Mark with { SilentUpTo = upTo };
        state.Out.Add(new Mark(state.Mark));
    }

    /// <summary>W6: our own signature at a height above our mark: this disk is an old copy, or was begun anew.
    /// </summary>
    public void OnCertificate(QuorumCertificate certificate)
    {
        bool isNews = certificate.Height > state.Mark.Height && certificate.Height > state.Mark.SilentUpTo
            && certificate.Height > state.Tip.Height;
        if (isNews && certificate.Signed(state.Setup.Self) && !IsUnmeasured
            && !state.Ballots.Has(certificate.Height, certificate.View, certificate.Phase))
        {
            state.SilentUpTo = VoteMark.Unknown;
            state.Mark = state.Mark with { SilentUpTo = VoteMark.Unknown };
            state.Out.Add(new Mark(state.Mark));
        }
    }
}
