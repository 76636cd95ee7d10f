"""What the worker knows how to do, and what it does by the clock: two visible lists."""

from backend.features.applications.telling import TellBoard
from backend.features.billing.dunning import Dun
from backend.features.billing.reconciling import Reconcile
from backend.features.blog.syncing import SyncPosts, TakePost
from backend.features.events.leaving import GiveUpSeats
from backend.features.events.organizing import RemindOfEvents, TellCalledOff
from backend.features.events.refunds import RefundTicket
from backend.features.events.seats import LetGo
from backend.features.newsletter.joining import KeepInStep
from backend.features.newsletter.staffing import ForgetSubscriber
from backend.features.newsletter.suppressing import TakeSuppressions
from backend.features.newsletter.syncing import PushSubscriber, SettleSubscriber, SyncSubscribers
from backend.features.privacy.exporting import BuildExport, ForgetExport
from backend.features.privacy.forgetting import ForgetPerson
from backend.features.privacy.retention import EndRetention
from backend.features.search.asking import ForgetQuestions
from backend.features.search.indexing import Reindex
from backend.features.training.chatting import ForgetChats
from backend.features.training.ending import EndOverdue
from backend.features.training.rooms import CloseRoom, OpenRoom, OpenRooms
from backend.features.training.telling import RemindOfSessions, TellSessionIsOff
from backend.jobs import Task
from backend.jobs.housekeeping import Pulse, TidyBooks
from backend.jobs.mail import SendMail
from backend.worker.schedules import Every

TASKS: tuple[type[Task], ...] = (
    SendMail,
    Pulse,
    TidyBooks,
    TellBoard,
    Dun,
    Reconcile,
    LetGo,
    RefundTicket,
    TellCalledOff,
    RemindOfEvents,
    PushSubscriber,
    SettleSubscriber,
    SyncSubscribers,
    TakeSuppressions,
    KeepInStep,
    ForgetSubscriber,
    OpenRooms,
    OpenRoom,
    CloseRoom,
    RemindOfSessions,
    TellSessionIsOff,
    EndOverdue,
    ForgetChats,
    TakePost,
    SyncPosts,
    GiveUpSeats,
    BuildExport,
    ForgetExport,
    ForgetPerson,
    EndRetention,
    Reindex,
    ForgetQuestions,
)

SCHEDULES: tuple[Every, ...] = (
    Every("17 3 * * *", TidyBooks()),
    Every("41 2 * * *", Reconcile()),
    Every("*/15 * * * *", RemindOfEvents()),
    Every("0 3 * * *", SyncSubscribers()),
    Every("5 * * * *", TakeSuppressions()),
    Every("*/5 * * * *", KeepInStep()),
    Every("*/5 * * * *", OpenRooms()),
    Every("*/5 * * * *", RemindOfSessions()),
    Every("*/5 * * * *", EndOverdue()),
    Every("30 3 * * *", SyncPosts()),
    Every("47 3 * * *", ForgetChats()),
    Every("23 4 1 * *", EndRetention()),
    Every("50 3 * * *", Reindex()),
    Every("10 4 * * *", ForgetQuestions()),
)
