namespace ChainHealth.Ledger;

/// <summary>The byte that stands before a body (WIRE.md). Numbers are never used again.</summary>
public enum TransactionKind : byte
{
    Note = 1,
    AdmitMember = 2,
    StartRun = 3,
    StopRun = 4,
    ApprovePlan = 5,
    CommitPool = 6,
    AttestPool = 7,
    CommitUpdate = 8,
    AttestUpdates = 9,
    CastVerdict = 10,
    CastModel = 11,
    ReportAbort = 12,
    ConfirmModel = 13,
    ReportMetrics = 14,
    ReportEquivocation = 15,
    SuspendMember = 16,
    ReinstateMember = 17,
    RotateMemberKeys = 18,
    AnchorDataset = 19,
    AnchorAudit = 20,
    ProposeMember = 21,
    CommitReference = 25,
    AttestReference = 26,

    ReportFault = 30,
    StateCopies = 31,
}
