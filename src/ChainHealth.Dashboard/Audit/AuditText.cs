namespace ChainHealth.Dashboard.Audit;

/// <summary>What was done, in words.</summary>
public static class AuditText
{
    public static string Of(AuditAct act) => act switch
    {
        AuditAct.LoggedIn => "logged in",
        AuditAct.LogInFailed => "was refused at log-in",
        AuditAct.LoggedOut => "logged out",
        AuditAct.Registered => "registered",
        AuditAct.Approved => "approved an account",
        AuditAct.Refused => "refused an account",
        AuditAct.Locked => "locked an account",
        AuditAct.RoleChanged => "changed a role",
        AuditAct.PasswordChanged => "changed the password",
        AuditAct.TwoFactorOn => "switched two-factor on",
        AuditAct.TwoFactorOff => "switched two-factor off",
        AuditAct.RecoveryCodesMade => "made recovery codes",
        AuditAct.AccountsViewed => "looked at accounts",
        AuditAct.ProfileViewed => "looked at a profile",
        AuditAct.AuditViewed => "looked at the audit log",
        AuditAct.Predicted => "asked for a prediction",
        AuditAct.PredictionViewed => "looked at a prediction",
        AuditAct.Downloaded => "downloaded",
        AuditAct.TrainingStarted => "started training",
        AuditAct.TrainingStopped => "stopped training",
        AuditAct.DatasetAnchored => "anchored a data set",
        AuditAct.AuditAnchored => "anchored the audit log",
        AuditAct.EnrolmentCodeMade => "made an enrolment code",
        AuditAct.EdgeServerEnrolled => "enrolled an edge server",
        AuditAct.PlanApproved => "approved a plan",
        _ => act.ToString(),
    };
}
