using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What a replica must not forget.</summary>
internal abstract record LogRecord;

/// <summary>We voted prepare for this proposal in this view.</summary>
internal sealed record ProposalAccepted(View View, Proposal Proposal) : LogRecord;

/// <summary>The block is prepared, and we voted commit for it in the certificate's view.</summary>
internal sealed record BlockPrepared(QuorumCertificate Certificate) : LogRecord;

/// <summary>We left all lower views and asked for this one.</summary>
internal sealed record ViewChangeStarted(View View) : LogRecord;

/// <summary>The view is active.</summary>
internal sealed record NewViewAccepted(NewView NewView) : LogRecord;
